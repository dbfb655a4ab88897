using System.Numerics;

namespace AnyEcg.Signal.Tests;

public sealed class FilterChainTests
{
    [Theory]
    [InlineData(MainsFrequency.Hz50, 0.05, -100, -39)]
    [InlineData(MainsFrequency.Hz50, 0.5, -3.1, -2.9)]
    [InlineData(MainsFrequency.Hz50, 1, -0.4, 0)]
    [InlineData(MainsFrequency.Hz50, 10, -0.05, 0.05)]
    [InlineData(MainsFrequency.Hz50, 40, -0.3, 0)]
    [InlineData(MainsFrequency.Hz50, 50, -400, -60)]
    [InlineData(MainsFrequency.Hz50, 60, -2, 0)]
    [InlineData(MainsFrequency.Hz60, 50, -1, 0)]
    [InlineData(MainsFrequency.Hz60, 60, -400, -60)]
    [InlineData(MainsFrequency.Off, 50, -1, 0)]
    [InlineData(MainsFrequency.Off, 60, -2, 0)]
    [InlineData(MainsFrequency.Off, 75, -3.1, -2.9)]
    public void Step_SteadySine_GainWithin(MainsFrequency mains, double hz, double lowDb, double highDb)
    {
        FilterChain chain = new(mains);
        const int settle = 12000, count = 6000;
        Complex sum = 0;
        for (int i = 0; i < settle + count; i++)
        {
            double output = chain.Step(Math.Sin(2 * Math.PI * hz * i / 300));
            if (i >= settle)
                sum += output * Complex.FromPolarCoordinates(2.0 / count, -2 * Math.PI * hz * i / 300);
        }

        Assert.InRange(20 * Math.Log10(Math.Max(sum.Magnitude, 1e-20)), lowDb, highDb);
    }

    [Theory]
    [InlineData(MainsFrequency.Off)]
    [InlineData(MainsFrequency.Hz60)]
    public void Run_AnyParts_IsEachStepCutAtTheLimit(MainsFrequency mains)
    {
        const int Count = 3000;
        Random random = new(9);
        (FilterChain run, FilterChain single) = (new FilterChain(mains), new FilterChain(mains));
        float[] input = [.. Enumerable.Range(0, Count).Select(i => (float)(6 * Math.Sin(i * 0.05) * random.NextDouble()))];
        float[] output = [.. input];
        SampleMarks[] marks = new SampleMarks[Count];
        for (int at = 0, take; at < Count; at += take)
        {
            take = Math.Min(random.Next(1, random.Next(2, 90)), Count - at);
            run.Run(output.AsSpan(at, take), marks.AsSpan(at, take), 3);
        }

        for (int i = 0; i < Count; i++)
        {
            double value = single.Step(input[i]);
            Assert.Equal((float)Math.Clamp(value, -3, 3), output[i]);
            Assert.Equal(Math.Abs(value) >= 3 ? SampleMarks.Clipped : SampleMarks.None, marks[i]);
        }

        Assert.InRange(marks.Count(mark => mark != SampleMarks.None), 20, 2000);
    }

    [Theory]
    [InlineData(MainsFrequency.Off)]
    [InlineData(MainsFrequency.Hz50)]
    public void Prime_ConstantInput_NoTransient(MainsFrequency mains)
    {
        FilterChain chain = new(mains);
        chain.Prime(300);
        for (int i = 0; i < 3000; i++)
            Assert.InRange(chain.Step(300), -1e-6, 1e-6);
    }

    [Fact]
    public void Exchange_SavedAndRestored_GoesOnBitIdentical()
    {
        FilterChain chain = new(MainsFrequency.Hz60);
        for (int i = 0; i < 500; i++)
            chain.Step(Streams.Noise(i, 0));

        FilterChain other = Saved.Into(Saved.Bytes(chain), new FilterChain(MainsFrequency.Hz60));
        for (int i = 0; i < 500; i++)
            Assert.Equal(chain.Step(Streams.Noise(i, 1)), other.Step(Streams.Noise(i, 1)));
    }

    [Fact]
    public void Step_ConstantForADay_RemainsAtZero()
    {
        FilterChain chain = new(MainsFrequency.Hz50);
        double output = 0;
        for (int i = 0; i < 86400 * 30; i++)
            output = chain.Step(i == 0 ? 0 : 1);

        Assert.InRange(output, -1e-9, 1e-9);
    }
}
