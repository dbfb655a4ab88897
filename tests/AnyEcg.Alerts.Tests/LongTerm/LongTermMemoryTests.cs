using AnyEcg.Signal;

namespace AnyEcg.Alerts.Tests;

/// <summary>A collection that another test brings about may move the count of this thread's bytes by a free object's.</summary>
[CollectionDefinition(nameof(MemoryAlone), DisableParallelization = true)]
public sealed class MemoryAlone;

[Collection(nameof(MemoryAlone))]
public sealed class LongTermMemoryTests
{
    private const long Day = 86_400;

    [Fact]
    public void Observe_FourteenDays_AllocatesNothingAndCountsExactly()
    {
        LongTermTracker tracker = new(AlertSettings.Default, hourRows: 48);

        // Far beyond what 32 bits hold.
        long start = 10_000_000_000L / 3600 * 3600;
        SecondObservation o = new Scenario().Second(0);
        for (long k = 0; k < Day / 24; k++)
            tracker.Observe(Second(o, start, k));
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (long k = Day / 24; k < 14 * Day; k++)
            tracker.Observe(Second(o, start, k));
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        // Beats at 0.3 s of every second; every tenth ventricular; fibrillation in the first hour of each day, its last minute lost.
        LongTermSummary summary = tracker.Summary();
        LongTermTotals totals = summary.Totals;
        Assert.Equal((14 * Day, 14 * (Day - 60), 14L * 60), (totals.Span, totals.Analysed, totals.SecondsOf(SecondFate.Lost)));
        Assert.Equal((14 * (Day - 60), 14 * (Day - 60) / 10), (totals.Beats, totals.BeatsOf(BeatClass.V)));
        Assert.Equal((14 * 3540L, 14L), (totals.SecondsOf(RhythmClass.AtrialFibrillation), totals.EpisodesOf(RhythmClass.AtrialFibrillation)));
        Assert.Equal(3540.0 / (Day - 60), totals.Burden(RhythmClass.AtrialFibrillation)!.Value, 12);
        Assert.Equal((totals.Beats - 15) * 300, totals.IntervalSamples);
        Assert.Equal(60, totals.MeanRate!.Value, 9);
        Assert.Equal((start * 300, 3540L), (summary.LongestEpisodes[RhythmClass.AtrialFibrillation].Start.Sample, summary.LongestEpisodes[RhythmClass.AtrialFibrillation].Seconds));
        Assert.Equal(49, summary.Hours.Count);
        Assert.Equal((start / 3600) + (14 * 24) - 1, summary.Hours[^1].Hour);
        Assert.All(summary.Hours, row => Assert.Equal(3600, row.Totals.Span));
    }

    private static SecondObservation Second(SecondObservation o, long start, long k)
    {
        bool lost = k % Day is >= 3540 and < 3600;
        Array.Clear(o.Rhythm);
        o.Rhythm[(int)(k % Day < 3600 ? RhythmClass.AtrialFibrillation : RhythmClass.Sinus)] = 1;
        (o.Second, o.Present, o.Scored) = (start + k, lost ? 0u : 1u, !lost);
        o.Beats.Clear();
        o.Qrs.Clear();
        if (lost)
            return o;
        long sample = ((start + k) * 300) + 90;
        o.Beats.Add(new Beat(sample, k % 10 == 0 ? BeatClass.V : BeatClass.N, 0.9f));
        o.Qrs.Add(new QrsDetection(0, sample, 2));
        return o;
    }
}
