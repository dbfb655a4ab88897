using System.Text.RegularExpressions;
using AnyEcg.Signal;
using FsCheck;
using FsCheck.Fluent;

namespace AnyEcg.Alerts.Tests;

/// <summary>Whatever is observed: nothing is lost or counted twice, the hours add up, and the figures are those of another way to count.</summary>
public sealed class LongTermProperties
{
    private const int Seconds = 200;

    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(20).WithReplay(20261, 20265);

    [Fact]
    public void Observe_AnySeconds_SpanAndHoursAddUp() => Check.One(Runs, Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
    {
        Random random = new(seed);
        Scenario s = new();
        LongTermTracker tracker = new(AlertSettings.Default, 1000);
        long first = random.NextInt64(1L << 40);
        long second = first;
        for (int i = 0; i < 300; i++)
        {
            SecondObservation o = s.Second(second);
            o.Scored = random.Next(5) > 0;
            o.Present = random.Next(5) > 0 ? 1u : 0;
            o.Rhythm[(int)RhythmClass.Unreadable] = random.Next(5);
            tracker.Observe(o);
            second += random.Next(20) > 0 ? 1 : random.Next(1, 20_000);
        }

        LongTermSummary summary = tracker.Summary();
        LongTermTotals hours = new();
        foreach (HourRow row in summary.Hours)
            hours.Add(row.Totals);
        long last = summary.Hours[^1].Hour;
        Assert.Equal(summary.Hours.Select((_, i) => last - summary.Hours.Count + 1 + i), summary.Hours.Select(h => h.Hour));
        Assert.All(summary.Hours.Skip(1).SkipLast(1), row => Assert.Equal(3600, row.Totals.Span));
        Assert.Equal(summary.Totals.Span, Enum.GetValues<SecondFate>().Sum(summary.Totals.SecondsOf));
        Assert.Equal((first / 3600, summary.Totals.Span), (summary.Hours[0].Hour, hours.Span));
        Assert.Equivalent(summary.Totals, hours, strict: true);
        Assert.Equal(summary.Totals.Analysed, Enum.GetValues<RhythmClass>().Sum(summary.Totals.SecondsOf));
    }));

    [Fact]
    public void Observe_AnyBeats_CountsAsTheWholeListDoes() => Check.One(Runs, Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
    {
        (Scenario s, List<List<(long Sample, char Class)>> chains, HashSet<long> lost) = Beats(seed);
        LongTermTracker tracker = LongTermTrackerTests.Feed(s, Seconds);
        tracker.Finish();
        LongTermTotals totals = tracker.Totals;
        string[] texts = [.. chains.Select(chain => string.Concat(chain.Select(b => b.Class)))];
        Assert.Equal(texts.Sum(t => t.Length), totals.Beats);
        Assert.Equal(texts.Sum(t => t.Count(c => c == 'V')), totals.BeatsOf(BeatClass.V));
        Assert.Equal(texts.Sum(t => Regex.Count(t, "(?<!V)VV(?!V)")), totals.Ventricular.Couplets);
        Assert.Equal(texts.Sum(t => Regex.Count(t, "V{3,}")), totals.Ventricular.Runs);
        Assert.Equal(texts.Max(t => Longest(t, 'V')), tracker.LongestVentricularRun?.Beats ?? 0);
        Assert.Equal(texts.Sum(t => Regex.Count(t, "(?<!S)SS(?!S)")), totals.Supraventricular.Couplets);
        Assert.Equal(texts.Sum(t => Regex.Count(t, "S{3,}")), totals.Supraventricular.Runs);
        Assert.Equal(chains.Sum(c => TimeIn(c, 2)), totals.BigeminySamples);
        Assert.Equal(chains.Sum(c => TimeIn(c, 3)), totals.TrigeminySamples);
        long[] intervals = [.. chains.SelectMany(c => c.Zip(c.Skip(1), (a, b) => b.Sample - a.Sample))];
        Assert.Equal((intervals.Length, intervals.Sum()), (totals.Intervals, totals.IntervalSamples));
        Assert.Equal(chains.Sum(c => c.Zip(c.Skip(1)).Count(i => IsPause(i.First.Sample, i.Second.Sample, lost))), totals.Pauses);
        long[] windows = [.. chains.SelectMany(c => c.Zip(c.Skip(8), (a, b) => b.Sample - a.Sample))];
        Assert.Equal((windows.Min(), windows.Max()), (totals.FastestWindow, totals.SlowestWindow));
    }));

    [Fact]
    public void Add_TwoPartsCutAtALostSecond_GiveTheWhole() => Check.One(Runs, Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
    {
        int cut = 1 + (Math.Abs(seed % 997) % (Seconds - 1));
        Scenario s = Beats(seed).Scenario.Flag(cut, cut + 1, PatchFlags.Gap);
        LongTermTotals parts = Finished(s, 0, cut + 1);
        parts.Add(Finished(s, cut + 1, Seconds));
        Assert.Equivalent(Finished(s, 0, Seconds), parts, strict: true);
    }));

    private static LongTermTotals Finished(Scenario scenario, long from, long to)
    {
        LongTermTracker tracker = LongTermTrackerTests.Feed(scenario, to, from);
        tracker.Finish();
        return tracker.Summary().Totals;
    }

    /// <summary>The other detector answers in the second after it.</summary>
    private static bool IsPause(long from, long to, HashSet<long> lost) =>
        to - from > 750 && SecondOf(to) + 1 < Seconds && !lost.Contains(SecondOf(to) + 1);

    /// <summary>The window of a second begins 200 ms before it.</summary>
    private static long SecondOf(long sample) => (sample + 60) / 300;

    /// <summary>Random beats with some lost seconds, and the stretches of beats between these.</summary>
    private static (Scenario Scenario, List<List<(long Sample, char Class)>> Chains, HashSet<long> Lost) Beats(int seed)
    {
        Random random = new(seed);
        HashSet<long> lost = [.. Enumerable.Range(0, random.Next(4)).Select(_ => random.NextInt64(Seconds))];
        Scenario s = new();
        List<List<(long Sample, char Class)>> chains = [[]];
        long before = 0;
        for (double at = 0.5; at < Seconds - 1; at += random.Next(30) == 0 ? 3.4 : 0.25 + random.NextDouble())
        {
            long sample = (long)Math.Round(at * 300);
            char beat = Next(random, chains[^1]);
            s.Beat(at, Enum.Parse<BeatClass>(beat.ToString()));

            long second = SecondOf(sample);
            if (lost.Any(k => k > before && k <= second))
                chains.Add([]);
            before = second;
            if (!lost.Contains(second))
                chains[^1].Add((sample, beat));
        }

        foreach (long k in lost)
            s.Flag(k, k + 1, PatchFlags.Gap);
        return (s, chains, lost);
    }

    private static char Next(Random random, List<(long Sample, char Class)> chain) => random.Next(3) switch
    {
        0 when chain.Count > 0 => chain[^1].Class,
        1 when chain.Count > 1 => chain[^2].Class,
        _ => "NNNSVV"[random.Next(6)],
    };

    private static int Longest(string text, char of) =>
        Regex.Matches(text, $"{of}{{3,}}").Select(m => m.Length).DefaultIfEmpty(0).Max();

    /// <summary>Intervals covered by any three ventricular beats that stand so many beats apart, with others between.</summary>
    private static long TimeIn(List<(long Sample, char Class)> chain, int period)
    {
        HashSet<int> covered = [];
        for (int i = 0; i + (2 * period) < chain.Count; i++)
        {
            if (Enumerable.Range(0, (2 * period) + 1).All(k => chain[i + k].Class == 'V' == (k % period == 0)))
                covered.UnionWith(Enumerable.Range(i, 2 * period));
        }

        return covered.Sum(i => chain[i + 1].Sample - chain[i].Sample);
    }
}
