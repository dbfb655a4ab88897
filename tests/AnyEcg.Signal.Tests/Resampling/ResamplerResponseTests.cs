using System.Numerics;

namespace AnyEcg.Signal.Tests;

/// <summary>Sines through the streaming code, and what comes out of them in 0-40 Hz.</summary>
public sealed class ResamplerResponseTests
{
    public static TheoryData<double> Rates => new([.. Streams.Rates, 333.333, 299.99]);

    [Theory]
    [MemberData(nameof(Rates))]
    public void Push_SineInPassBand_RippleAtMostFiveHundredthsOfADecibelAndNoDelay(double rate)
    {
        for (double hz = 0.5; hz <= 40; hz += 0.79)
        {
            Complex gain = Tone(Resample(rate, hz), hz) / Tone(Direct(hz), hz);
            Assert.InRange(Math.Abs(20 * Math.Log10(gain.Magnitude)), 0, 0.05);
            Assert.InRange(Math.Abs(gain.Phase), 0, 1e-3);
        }
    }

    [Theory]
    [MemberData(nameof(Rates))]
    public void Push_SineAnywhere_NoAliasOrImageInPassBandAboveMinusEightyDecibels(double rate)
    {
        for (double hz = 0.4; hz < rate / 2; hz += 1.3)
        {
            float[] output = Resample(rate, hz);
            foreach (double spur in Spurs(rate, hz))
                Assert.InRange(Tone(output, spur).Magnitude, 0, 1e-4);
        }
    }

    [Theory]
    [MemberData(nameof(Rates))]
    public void Push_SineAnywhere_NothingElseInPassBandAboveMinusEightyDecibels(double rate)
    {
        for (double hz = 7; hz < rate / 2; hz += rate / 12)
        {
            float[] output = Resample(rate, hz);
            for (double probe = 0; probe <= 40; probe += 0.5)
            {
                if (Math.Abs(probe - hz) > 2)
                    Assert.InRange(Tone(output, probe).Magnitude, 0, 1e-4);
            }
        }
    }

    /// <summary>Where in 0-40 Hz the images k rate +- hz of a sine come to lie after folding at 300 Hz.</summary>
    private static IEnumerable<double> Spurs(double rate, double hz)
    {
        for (int k = -8; k <= 8; k++)
        {
            double image = (k * rate) + hz;
            double folded = Math.Abs(image - (300 * Math.Round(image / 300)));
            if (folded <= 40 && Math.Abs(folded - hz) > 2)
                yield return folded;
        }
    }

    private static float[] Resample(double rate, double hz)
    {
        Resampler resampler = new(PolyphaseDesign.For(rate));
        int count = (int)(rate * 7);
        float[] input = new float[count];
        for (int i = 0; i < count; i++)
            input[i] = (float)Math.Cos(2 * Math.PI * hz * i / rate);

        float[] output = new float[resampler.MaxOutputs(count)];
        int written = resampler.Push(input, new SampleMarks[count], output, new SampleMarks[output.Length]);
        return output[..written];
    }

    private static float[] Direct(double hz)
    {
        float[] output = new float[2000];
        for (int i = 0; i < output.Length; i++)
            output[i] = (float)Math.Cos(2 * Math.PI * hz * i / 300);

        return output;
    }

    /// <summary>Amplitude of one frequency over samples 300-1800, under a four-term Blackman-Harris window (side lobes -92 dB).</summary>
    private static Complex Tone(float[] samples, double hz)
    {
        const int first = 300, count = 1500;
        Complex sum = 0;
        double weight = 0;
        for (int i = 0; i < count; i++)
        {
            double x = 2 * Math.PI * (i + 0.5) / count;
            double window = 0.35875 - (0.48829 * Math.Cos(x)) + (0.14128 * Math.Cos(2 * x)) - (0.01168 * Math.Cos(3 * x));
            sum += window * samples[first + i] * Complex.FromPolarCoordinates(1, -2 * Math.PI * hz * (first + i) / 300);
            weight += window;
        }

        return 2 * sum / weight;
    }
}
