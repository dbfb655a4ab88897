namespace AnyEcg.Signal.Tests;

/// <summary>The folded sums against the plain ones in double.</summary>
public sealed class SpectrumTests
{
    [Theory]
    [InlineData(0.25, 14, 27)]
    [InlineData(0.5, 1, 40)]
    [InlineData(0.5, 6, 7)]
    public void Powers_AnySamples_AreThoseOfThePlainSums(double stepHz, int first, int lines)
    {
        SineTable table = new(stepHz, first, lines);
        float[] samples = Samples(table.Length), powers = new float[lines];
        table.Powers(samples, powers);
        double[] plain = [.. Enumerable.Range(0, lines).Select(line => Power(samples, (first + line) * stepHz))];
        for (int line = 0; line < lines; line++)
            Assert.InRange(powers[line], plain[line] - (1e-6 * plain.Sum()), plain[line] + (1e-6 * plain.Sum()));
        Assert.True(plain.Max() > 100 * plain.Min());
    }

    [Theory]
    [InlineData(480)]
    [InlineData(240)]
    public void Autocorrelation_AnySamples_IsThatOfThePlainSums(int length)
    {
        const int First = 10;
        float[] padded = new float[length + Autocorrelation.Padding], products = new float[Autocorrelation.Lags];
        Samples(length).CopyTo(padded, 0);
        Autocorrelation.Write(padded, length, First, products);
        double power = padded.Sum(v => (double)v * v);
        for (int i = 0; i < products.Length; i++)
        {
            double plain = Enumerable.Range(0, length - First - i).Sum(n => (double)padded[n] * padded[n + First + i]);
            Assert.InRange(products[i], plain - (1e-6 * power), plain + (1e-6 * power));
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => Autocorrelation.Write(padded, length + 16, First, products));
        Assert.Throws<ArgumentOutOfRangeException>(() => Autocorrelation.Write(padded, length, 13, products));
    }

    [Fact]
    public void Bends_AnyLength_AreThePlainSum()
    {
        float[] samples = Samples(300);
        for (int length = 2; length < samples.Length; length++)
        {
            double plain = Enumerable.Range(2, length - 2).Sum(i => Math.Abs((double)samples[i] - (2 * samples[i - 1]) + samples[i - 2]));
            Assert.Equal(plain, VectorSums.Bends(samples.AsSpan(0, length)), 1e-5 * (plain + 1));
        }
    }

    [Fact]
    public void Range_AnyLength_IsTheLeastAndTheGreatest()
    {
        float[] samples = Samples(60);
        for (int length = 8; length <= samples.Length; length++)
            Assert.Equal((samples.Take(length).Min(), samples.Take(length).Max()), VectorSums.Range(samples.AsSpan(0, length)));
    }

    private static float[] Samples(int length)
    {
        Random random = new(length);
        return [.. Enumerable.Range(0, length).Select(i => MathF.Sin(0.43f * i) + (0.2f * MathF.Cos(0.9f * i)) + (0.1f * random.NextSingle()) - 0.03f)];
    }

    /// <summary>Under a Hann window, at 60 samples a second.</summary>
    private static double Power(float[] samples, double hz)
    {
        (double real, double imaginary) = (0, 0);
        for (int i = 0; i < samples.Length; i++)
        {
            double value = samples[i] * (0.5 - (0.5 * Math.Cos(2 * Math.PI * (i + 0.5) / samples.Length)));
            real += value * Math.Cos(2 * Math.PI * hz * i / 60);
            imaginary += value * Math.Sin(2 * Math.PI * hz * i / 60);
        }

        return (real * real) + (imaginary * imaginary);
    }
}
