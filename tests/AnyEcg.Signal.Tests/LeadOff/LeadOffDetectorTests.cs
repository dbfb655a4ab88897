using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;

namespace AnyEcg.Signal.Tests;

public sealed class LeadOffDetectorTests
{
    private const double Rate = 250;

    [Fact]
    public void Mark_DeviceFlag_OffForExactlyThoseSamples()
    {
        LeadOffDetector detector = Known();
        SampleMarks[] marks = new SampleMarks[10];
        detector.Mark(Noisy(0, 10), true, marks);
        Assert.All(marks, mark => Assert.Equal(SampleMarks.DeviceOff, mark));
        detector.Mark(Noisy(10, 10), false, marks);
        Assert.All(marks, mark => Assert.Equal(SampleMarks.None, mark));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(-5, true)]
    [InlineData(4095, true)]
    [InlineData(1, false)]
    [InlineData(4094, false)]
    public void Mark_KnownRange_SaturatedAtTheLimitsOnly(float code, bool saturated)
    {
        SampleMarks[] marks = new SampleMarks[2];
        Known().Mark([1000, code], false, marks);
        Assert.Equal(saturated ? SampleMarks.Saturated : SampleMarks.None, marks[1]);
    }

    [Fact]
    public void Mark_SameCode_ConstantFromOneSecondOn()
    {
        float[] codes = new float[400];
        Array.Fill(codes, 1000);
        SampleMarks[] marks = new SampleMarks[400];
        Known().Mark(codes, false, marks);
        Assert.Equal(249, Array.IndexOf(marks, SampleMarks.Constant));
        Assert.All(marks[249..], mark => Assert.Equal(SampleMarks.Constant, mark));
    }

    [Fact]
    public void Mark_FlatLineWithNoiseOfOneCode_IsNotOff()
    {
        float[] codes = [.. Enumerable.Range(0, 5000).Select(i => 1024f + MathF.Round((float)Streams.Noise(i, 0)))];
        SampleMarks[] marks = new SampleMarks[codes.Length];
        Known().Mark(codes, false, marks);
        Assert.All(marks, mark => Assert.Equal(SampleMarks.None, mark));
        Unknown().Mark(codes, false, marks);
        Assert.All(marks, mark => Assert.Equal(SampleMarks.None, mark));
    }

    [Fact]
    public void Mark_UnknownRangeStuckAtTheExtremeOfAWideSwing_Saturated()
    {
        // 5 uV a code: from rest to a rail 5 mV away.
        float[] codes = [.. Enumerable.Range(0, 500).Select(i => i < 250 ? 1000f + (i % 5) : 2047f)];
        SampleMarks[] marks = new SampleMarks[codes.Length];
        Unknown().Mark(codes, false, marks);
        int run = (int)Math.Ceiling(Rate * 0.25);
        Assert.Equal(250 + run - 1, Array.IndexOf(marks, SampleMarks.Saturated));
    }

    [Fact]
    public void Mark_UnknownRangeRestAtTheExtremeOfAnOrdinarySwing_IsNotSaturated()
    {
        // A noiseless upright QRS of 2 mV, at rest at its lowest code for longer than a rail needs.
        float[] codes = [.. Enumerable.Range(0, 1000).Select(i => i % 200 < 20 ? 1400f : 1000f)];
        SampleMarks[] marks = new SampleMarks[codes.Length];
        Unknown().Mark(codes, false, marks);
        Assert.All(marks, mark => Assert.Equal(SampleMarks.None, mark));
    }

    [Fact]
    public void Mark_AnySplit_SameMarks()
    {
        float[] codes = [.. Enumerable.Range(0, 2000).Select(i => i / 400 % 2 == 0 ? 0 : 500 * (float)Streams.Noise(i, 0))];
        SampleMarks[] whole = new SampleMarks[codes.Length];
        Unknown().Mark(codes, false, whole);
        Prop.ForAll(Gen.Choose(1, 300).NonEmptyListOf().ToArbitrary(), cuts =>
        {
            LeadOffDetector detector = Unknown();
            SampleMarks[] split = new SampleMarks[codes.Length];
            for (int at = 0, cut = 0; at < codes.Length; cut++)
            {
                int take = Math.Min(cuts[cut % cuts.Count], codes.Length - at);
                detector.Mark(codes.AsSpan(at, take), false, split.AsSpan(at));
                at += take;
            }

            Assert.Equal(whole, split);
        }).QuickCheckThrowOnFailure();
    }

    private static LeadOffDetector Known() => new(Streams.Format(Rate), 0);

    private static LeadOffDetector Unknown() =>
        new(Streams.Format(Rate) with { AdcRange = (ImmutableArray<(double, double)>?)null }, 0);

    private static float[] Noisy(int first, int count) =>
        [.. Enumerable.Range(first, count).Select(i => 1000 + MathF.Round(20 * (float)Streams.Noise(i, 0)))];
}
