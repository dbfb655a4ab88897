using FsCheck;
using FsCheck.Fluent;

namespace AnyEcg.Signal.Tests;

public sealed class ResamplerTests
{
    private static readonly double[] AllRates = [.. Streams.Rates, 333.333, 299.99, 100.1];

    public static TheoryData<double> Rates => new(AllRates);

    [Theory]
    [MemberData(nameof(Rates))]
    public void Push_AnySplit_BitIdenticalOutputsAndMarks(double rate)
    {
        Prop.ForAll(Gen.Choose(1, 150).NonEmptyListOf().ToArbitrary(), cuts =>
        {
            const int count = 1500;
            (float[] whole, SampleMarks[] wholeMarks) = Run(rate, 77, count, [count]);
            (float[] split, SampleMarks[] splitMarks) = Run(rate, 77, count, [.. cuts]);
            Assert.Equal(whole, split);
            Assert.Equal(wholeMarks, splitMarks);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(20));
    }

    [Theory]
    [MemberData(nameof(Rates))]
    public void Push_Pulse_LandsAtItsTime(double rate)
    {
        Resampler resampler = new(PolyphaseDesign.For(rate));
        int count = (int)rate * 3;
        float[] output = new float[resampler.MaxOutputs(count)];
        float[] input = [.. Enumerable.Range(0, count).Select(i => (float)Math.Exp(-Math.Pow(((i / rate) - 1.234) / 0.02, 2)))];
        int written = resampler.Push(input, new SampleMarks[count], output, new SampleMarks[output.Length]);
        double sum = 0;
        double moment = 0;
        for (int m = 0; m < written; m++)
            (sum, moment) = (sum + output[m], moment + (output[m] * (double)m));

        Assert.Equal(1.234 * 300, moment / sum, 0.01);
    }

    [Theory]
    [InlineData(130)]
    [InlineData(257)]
    [InlineData(360)]
    [InlineData(333.333)]
    public void Push_DayOfSamples_NothingHasCrept(double rate)
    {
        PolyphaseDesign design = PolyphaseDesign.For(rate);
        Resampler resampler = new(design);
        long day = (long)(rate * 86400);
        float[] quiet = new float[1000];
        SampleMarks[] marks = new SampleMarks[1000];
        float[] output = new float[resampler.MaxOutputs(1000)];
        SampleMarks[] outputMarks = new SampleMarks[output.Length];
        for (long n = 0; n < day; n += 1000)
            resampler.Push(quiet, marks, output, outputMarks);

        // A resampler started a day late must give the very same bits, at the very same indices, from here on.
        long now = (day + 999) / 1000 * 1000;
        Resampler late = new(design);
        late.Restart(now);
        while (resampler.NextOutput < late.NextOutput)
        {
            resampler.Push([0], marks, output, outputMarks);
            late.Push([0], marks, output, outputMarks);
            now++;
        }

        Assert.Equal((now - resampler.DelaySamples) * 300 / rate, resampler.NextOutput, 3.0);
        AssertSame(resampler, late);
    }

    [Fact]
    public void Restart_AnyIndex_FirstOutputIsTheFirstAtOrAfterIt()
    {
        Gen<(double Rate, long Input)> cases =
            from rate in Gen.Elements(AllRates)
            from high in Gen.Choose(0, 1 << 20)
            from low in Gen.Choose(0, int.MaxValue)
            select (rate, ((long)high << 31) + low);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            Resampler resampler = new(PolyphaseDesign.For(c.Rate));
            resampler.Restart(c.Input);
            Int128 microRate = (Int128)Math.Round(c.Rate * 1e6);
            Assert.True(resampler.NextOutput * microRate >= (Int128)c.Input * 300_000_000);
            Assert.True((resampler.NextOutput - 1) * microRate < (Int128)c.Input * 300_000_000);
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [MemberData(nameof(Rates))]
    public void Push_ConstantAfterRestart_ConstantFromTheFirstOutput(double rate)
    {
        Resampler resampler = new(PolyphaseDesign.For(rate));
        resampler.Restart(12345);
        float[] input = new float[300];
        Array.Fill(input, 250f);
        float[] output = new float[resampler.MaxOutputs(300)];
        int written = resampler.Push(input, new SampleMarks[300], output, new SampleMarks[output.Length]);
        Assert.True(written > 0);
        Assert.All(output[..written], value => Assert.Equal(250, value, 1e-3));
    }

    [Theory]
    [MemberData(nameof(Rates))]
    public void Push_HeldForTheDelay_CompletesEveryOutputBeforeTheEnd(double rate)
    {
        PolyphaseDesign design = PolyphaseDesign.For(rate);
        (float[] outputs, _) = Run(rate, 777, 500 + design.HalfTaps, [500 + design.HalfTaps]);
        Assert.Equal(design.FirstOutputAt(1277), design.FirstOutputAt(777) + outputs.Length);
    }

    [Theory]
    [InlineData(99.99)]
    [InlineData(1000.01)]
    [InlineData(0)]
    [InlineData(double.NaN)]
    public void For_RateOutOfRange_Refuses(double rate) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => PolyphaseDesign.For(rate));

    [Fact]
    public void For_SameRate_SharesOneTable() => Assert.Same(PolyphaseDesign.For(257), PolyphaseDesign.For(257));

    private static void AssertSame(Resampler one, Resampler other)
    {
        float[] output = new float[one.MaxOutputs(1)];
        float[] otherOutput = new float[output.Length];
        SampleMarks[] marks = new SampleMarks[output.Length];
        for (int i = 0; i < 2000; i++)
        {
            float[] input = [(float)Streams.Noise(i, 0)];
            int count = one.Push(input, new SampleMarks[1], output, marks);
            Assert.Equal(count, other.Push(input, new SampleMarks[1], otherOutput, marks));
            Assert.Equal(output[..count], otherOutput[..count]);
            Assert.Equal(one.NextOutput, other.NextOutput);
        }
    }

    private static (float[] Outputs, SampleMarks[] Marks) Run(double rate, long first, int count, int[] cuts)
    {
        Resampler resampler = new(PolyphaseDesign.For(rate));
        resampler.Restart(first);
        float[] outputs = new float[resampler.MaxOutputs(count)];
        SampleMarks[] outputMarks = new SampleMarks[outputs.Length];
        int written = 0;
        for (int at = 0, cut = 0; at < count; cut++)
        {
            int take = Math.Min(cuts[cut % cuts.Length], count - at);
            float[] input = [.. Enumerable.Range(at, take).Select(i => (float)Streams.Noise(first + i, 0))];
            SampleMarks[] marks = [.. Enumerable.Range(at, take).Select(i => (SampleMarks)((first + i) / 7 % 16))];
            written += resampler.Push(input, marks, outputs.AsSpan(written), outputMarks.AsSpan(written));
            at += take;
        }

        return (outputs[..written], outputMarks[..written]);
    }
}
