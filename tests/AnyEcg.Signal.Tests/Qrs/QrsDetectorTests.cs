using FsCheck;
using FsCheck.Fluent;

namespace AnyEcg.Signal.Tests;

public sealed class QrsDetectorTests
{
    private const int Rate = PatchSecond.ModelRateHz;
    private const int Tolerance = 15;

    [Fact]
    public void Push_AnyChunking_FindsTheSameBitForBit()
    {
        float[] signal = new SyntheticEcg(30 * Rate).Train(75, 0, 12).Train(190, 12, 20, 0.4).Train(45, 24, 30).Noise(0.05).Samples;
        List<QrsDetection> whole = Detect(signal);
        Assert.NotEmpty(whole);
        Prop.ForAll(
            Gen.Choose(1, 700).NonEmptyListOf().ToArbitrary(),
            sizes => Detect(signal, sizes).SequenceEqual(whole)).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(30)]
    [InlineData(45)]
    [InlineData(60)]
    [InlineData(75)]
    [InlineData(120)]
    [InlineData(150)]
    [InlineData(180)]
    [InlineData(200)]
    [InlineData(220)]
    public void Push_RegularTrain_FindsEveryBeatOnce(int perMinute)
    {
        SyntheticEcg ecg = new SyntheticEcg(60 * Rate).Train(perMinute, 0, 59).Noise(0.02);
        AssertFound(ecg, Detect(ecg.Samples), from: 3);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0.2)]
    [InlineData(4)]
    public void Push_AnyPolarityAndSize_FindsEveryBeatOnce(double millivolts)
    {
        SyntheticEcg ecg = new SyntheticEcg(60 * Rate).Train(80, 0, 59, millivolts).Noise(0.01);
        AssertFound(ecg, Detect(ecg.Samples), from: 3);
    }

    [Fact]
    public void Push_AfterStart_FindsBeatsFromTheFirstSecondOn()
    {
        SyntheticEcg ecg = new SyntheticEcg(10 * Rate).Train(90, 0.3, 9).Noise(0.02);
        AssertFound(ecg, Detect(ecg.Samples), from: 0.2);
    }

    [Theory]
    [InlineData(1, 0.3)]
    [InlineData(0.3, 1)]
    [InlineData(2, 0.6)]
    public void Push_AmplitudeStep_KeepsFindingBeats(double before, double after)
    {
        SyntheticEcg ecg = new SyntheticEcg(60 * Rate).Train(70, 0, 30, before).Train(70, 30, 59, after).Noise(0.01);
        AssertFound(ecg, Detect(ecg.Samples), from: 3);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0.3)]
    public void Push_PauseOfSixSeconds_FindsNothingInsideAndTheBeatsAfter(double after)
    {
        SyntheticEcg ecg = new SyntheticEcg(60 * Rate).Train(72, 0, 30).Train(72, 36, 59, after).Noise(0.02);
        AssertFound(ecg, Detect(ecg.Samples), from: 3);
    }

    [Fact]
    public void Push_VentricularStandstill_TakesNoPWaveForABeat()
    {
        SyntheticEcg ecg = new SyntheticEcg(60 * Rate).Train(72, 0, 30).Noise(0.01);
        for (double at = 30.5; at < 45; at += 0.8)
        {
            ecg.PWave(at);
        }

        AssertFound(ecg, Detect(ecg.Samples), from: 3);
    }

    [Fact]
    public void Push_FlatLineWithNoise_FindsNothing()
    {
        Assert.Empty(Detect(new SyntheticEcg(300 * Rate).Noise(0.02).Samples));
        Assert.Empty(Detect(new SyntheticEcg(60 * Rate).Wave(12, 0.02).Samples));
        Assert.Empty(Detect(new float[60 * Rate]));
    }

    [Fact]
    public void Push_AsystoleAfterBeats_FindsNothingInNoise()
    {
        SyntheticEcg ecg = new SyntheticEcg(120 * Rate).Train(80, 0, 30).Noise(0.02);
        AssertFound(ecg, Detect(ecg.Samples), from: 3);
    }

    [Fact]
    public void Push_AfterNoiseBurst_RecoversWithinThreeSeconds()
    {
        SyntheticEcg ecg = new SyntheticEcg(60 * Rate).Train(75, 0, 59).Noise(2, 20, 25).Noise(0.02);
        List<QrsDetection> found = Detect(ecg.Samples);
        AssertFound(ecg, found, from: 3, to: 19.5);
        AssertFound(ecg, found, from: 28);
    }

    [Fact]
    public void Push_TWavesAsHighAsR_AreNoBeats()
    {
        SyntheticEcg ecg = new SyntheticEcg(60 * Rate).Train(75, 0, 59).TallerT(0.8).Noise(0.02);
        AssertFound(ecg, Detect(ecg.Samples), from: 3);
    }

    [Fact]
    public void Push_BaselineWander_FindsEveryBeatOnce()
    {
        SyntheticEcg ecg = new SyntheticEcg(60 * Rate).Train(75, 0, 59).Wave(0.3, 1).Noise(0.03);
        AssertFound(ecg, Detect(ecg.Samples), from: 3);
    }

    [Fact]
    public void Push_OneSampleAtATime_NamesEveryBeatWithinASecond()
    {
        SyntheticEcg ecg = new SyntheticEcg(60 * Rate).Train(75, 0, 20).Train(200, 20, 30, 0.4).Train(35, 30, 60, 0.2).Noise(0.03);
        QrsDetector detector = new(0);
        List<QrsDetection> found = [];
        int seen = 0;
        for (int i = 0; i < ecg.Samples.Length; i++)
        {
            detector.Push(ecg.Samples.AsSpan(i, 1), i, found);
            for (; seen < found.Count; seen++)
            {
                Assert.InRange(i - found[seen].Sample, 0, Rate);
            }
        }

        Assert.NotEmpty(found);
    }

    [Fact]
    public void Push_Found_IsOrderedAboveThresholdAndCarriesTheLead()
    {
        List<QrsDetection> found = Detect(new SyntheticEcg(60 * Rate).Train(75, 0, 59).Noise(0.2).Samples);
        Assert.All(found, q => Assert.Equal(3, q.Lead));
        Assert.All(found, q => Assert.True(q.Strength > 1));
        Assert.All(found.Zip(found.Skip(1)), pair => Assert.True(pair.Second.Sample - pair.First.Sample >= 60));
    }

    [Fact]
    public void Push_Quality_IsHighOnACleanLeadAndLowerOnANoisyOne()
    {
        float clean = Detect(new SyntheticEcg(60 * Rate).Train(75, 0, 59).Noise(0.01).Samples)[^1].Quality;
        float noisy = Detect(new SyntheticEcg(60 * Rate).Train(75, 0, 59).Noise(0.3).Samples)[^1].Quality;
        float random = Detect(new SyntheticEcg(60 * Rate).Noise(0.5).Samples)[^1].Quality;
        Assert.InRange(clean, 0.75, 1);
        Assert.InRange(noisy, 0, clean - 0.1);
        Assert.InRange(random, 0, clean - 0.2);
    }

    [Fact]
    public void Push_NotContiguous_StartsAnew()
    {
        float[] signal = new SyntheticEcg(10 * Rate).Train(75, 0, 10).Noise(0.02).Samples;
        QrsDetector detector = new(3);
        List<QrsDetection> found = [];
        detector.Push(signal, 0, found);
        found.Clear();
        detector.Push(signal, 1_000_000_000_000, found);
        Assert.Equal(Detect(signal).Select(q => q with { Sample = q.Sample + 1_000_000_000_000 }), found);
    }

    [Fact]
    public void Push_SteadyState_AllocatesNothing()
    {
        float[] signal = new SyntheticEcg(60 * Rate).Train(75, 0, 60).Noise(0.05).Samples;
        QrsDetector detector = new(0);
        List<QrsDetection> found = new(1000);
        detector.Push(signal.AsSpan(0, 30 * Rate), 0, found);
        long before = GC.GetAllocatedBytesForCurrentThread();
        detector.Push(signal.AsSpan(30 * Rate), 30 * Rate, found);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static List<QrsDetection> Detect(float[] signal, IEnumerable<int>? sizes = null)
    {
        QrsDetector detector = new(3);
        List<QrsDetection> found = [];
        int at = 0;
        foreach (int size in sizes ?? [])
        {
            int count = Math.Min(size, signal.Length - at);
            detector.Push(signal.AsSpan(at, count), at, found);
            at += count;
        }

        detector.Push(signal.AsSpan(at), at, found);
        return found;
    }

    /// <summary>Between two times (seconds) every beat is found within 50 ms, and nothing else.</summary>
    private static void AssertFound(SyntheticEcg ecg, List<QrsDetection> found, double from, double to = double.MaxValue)
    {
        long[] expected = [.. ecg.Beats.Where(b => b >= from * Rate && b < to * Rate)];
        long[] actual = [.. found.Select(q => q.Sample).Where(s => s >= (from * Rate) - Tolerance && s < (to * Rate) + Tolerance)];
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.InRange(pair.Second - pair.First, -Tolerance, Tolerance));
    }
}
