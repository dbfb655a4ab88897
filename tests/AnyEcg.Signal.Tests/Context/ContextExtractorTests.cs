using FsCheck;
using FsCheck.Fluent;

namespace AnyEcg.Signal.Tests;

/// <summary>What holds for any signal: bounds, causality, translation in time, restarts.</summary>
public sealed class ContextExtractorTests
{
    private const int Rate = ContextRun.Rate;

    [Fact]
    public void Observe_AnyInput_IsFiniteAndWithinLimits() =>
        Prop.ForAll(Gen.Choose(0, 5).ListOf(5).ToArbitrary(), Gen.Choose(0, 1 << 20).ToArbitrary(), (pieces, seed) =>
        {
            float[] signal = [.. pieces.SelectMany((kind, i) => Piece(kind, seed + i))];
            float[][] rows = ContextRun.Of(signal);
            return rows.All(row => row.All(value => Math.Abs(value) <= ContextFeatures.Limit));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Observe_OneLead_MaskAndStreamOfThatLeadAgree()
    {
        (float[] first, float[] second) = (Mixed(3), Mixed(4));
        float[][] masked = ContextRun.Of(ContextRun.Seconds(0, first, second), 0b10);
        Assert.Equal(ContextRun.Of(second), masked);
    }

    [Fact]
    public void Observe_TwoLeadsOneAbsent_EqualsTheOther()
    {
        List<PatchSecond> seconds = ContextRun.Seconds(0, Mixed(3), new float[60 * Rate]);
        seconds.ForEach(second => second.Present = 0b01);
        Assert.Equal(ContextRun.Of(Mixed(3)), ContextRun.Of(seconds));
    }

    [Fact]
    public void Observe_BegunAtALateSecond_IsTheSame() =>
        Assert.Equal(ContextRun.Of(ContextRun.Seconds(0, Mixed(1))), ContextRun.Of(ContextRun.Seconds(10_000_000, Mixed(1))));

    [Fact]
    public void Observe_OtherFuture_PastIsTheSame()
    {
        float[] whole = Mixed(1), other = [.. whole];
        new Random(5).NextBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(other.AsSpan(40 * Rate)));
        for (int i = 40 * Rate; i < other.Length; i++)
            other[i] = float.IsFinite(other[i]) ? Math.Clamp(other[i], -5, 5) : 5;
        float[][] expected = ContextRun.Of(whole), actual = ContextRun.Of(other);
        Assert.Equal(expected[..40], actual[..40]);
        Assert.NotEqual(expected[^1], actual[^1]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Observe_NewEpochOrTwoAbsentSeconds_StartsAnew(bool epoch)
    {
        ContextExtractor extractor = new(1);
        float[] row = new float[ContextFeatures.Count];
        ContextRun.Seconds(0, Mixed(1)).ForEach(second => extractor.Observe(second, row));
        List<PatchSecond> after = ContextRun.Seconds(epoch ? 60 : 62, Mixed(2));
        after.ForEach(second => second.Epoch = epoch ? 2u : 1);
        float[][] expected = ContextRun.Of(ContextRun.Seconds(0, Mixed(2)));
        for (int i = 0; i < after.Count; i++)
        {
            extractor.Observe(after[i], row);
            Assert.Equal(expected[i], row);
        }
    }

    [Fact]
    public void Observe_SecondsWithoutToken_SameAsSecondsJumped()
    {
        List<PatchSecond> all = ContextRun.Seconds(0, Mixed(1));
        foreach (PatchSecond lost in all.Skip(30).Take(5))
        {
            lost.Present = 0;
            lost.Qrs.Clear();
        }

        List<PatchSecond> jumping = [.. all.Where(second => second.Present != 0)];
        Assert.Equal(ContextRun.Of(all)[35..], ContextRun.Of(jumping)[30..]);
    }

    [Fact]
    public void Observe_OneSecondLost_BeatsBeforeItStillCount()
    {
        List<PatchSecond> all = ContextRun.Seconds(0, ContextRun.Beats(60, ContextRun.Times(60, _ => 0.8)));
        (all[40].Present, float[] steady) = (0, ContextRun.Of(all)[39]);
        all[40].Qrs.Clear();
        float[] after = ContextRun.Of(all)[45];
        Assert.InRange(after[(int)ContextFeature.Coverage60], 0.2f, 1);
        Assert.InRange(after[(int)ContextFeature.Variation60], -4, steady[(int)ContextFeature.Variation60] + 0.5f);
    }

    [Fact]
    public void Observe_SteadyState_AllocatesNothing()
    {
        ContextExtractor extractor = new(2);
        float[] row = new float[ContextFeatures.Count];
        List<PatchSecond> seconds = ContextRun.Seconds(0, Mixed(1), Mixed(2));
        seconds.Take(30).ToList().ForEach(second => extractor.Observe(second, row));
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 30; i < seconds.Count; i++)
            extractor.Observe(seconds[i], row);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Middle_AnyValues_IsTheMiddleOfTheSorted() =>
        Prop.ForAll(Gen.Choose(-9, 9).NonEmptyListOf().ToArbitrary(), list =>
        {
            float[] values = [.. list.Select(value => value / 3f)];
            return Selection.Middle([.. values]) == values.Order().ElementAt(values.Length / 2);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void OfWhole_AnyPlace_IsThatOfTheSorted() =>
        Prop.ForAll(Gen.Choose(0, Selection.LargestWhole).NonEmptyListOf().ToArbitrary(), list =>
        {
            float[] values = [.. list.Select(value => (float)value)];
            return values.Order().Select((value, place) => Selection.OfWhole(values, place).Equals(value)).All(same => same);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Names_AreAsManyAsValues() => Assert.Equal(ContextFeatures.Count, ContextFeatures.Names.Count);

    private static float[] Mixed(int seed) => new SyntheticEcg(60 * Rate, seed)
        .Train(80, 0, 20).Wave(5, 0.8, 22, 30).Train(140, 31, 50, 0.6).Train(45, 52, 60).Noise(0.03).Samples;

    private static IEnumerable<float> Piece(int kind, int seed)
    {
        Random random = new(seed);
        return Enumerable.Range(0, 4 * Rate).Select(i => kind switch
        {
            0 => 0f,
            1 => 5f,
            2 => (float)((random.NextDouble() * 10) - 5),
            3 => (float)Math.Sin(2 * Math.PI * 5 * i / Rate),
            4 => i % 250 < 12 ? 1f : 0f,
            _ => i % 97 == 0 ? -5f : 0.001f,
        });
    }
}
