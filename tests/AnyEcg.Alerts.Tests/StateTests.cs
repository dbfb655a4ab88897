using AnyEcg.Signal;

namespace AnyEcg.Alerts.Tests;

/// <summary>What is saved of a stream's alerts and figures is all that runs.</summary>
public sealed class StateTests
{
    private static readonly AlertAction Nurse = new("nurse 7", null, 400_000_000_000);

    [Fact]
    public void Exchange_EveryField_IsRestored()
    {
        StateComparison comparison = new();
        foreach (int seed in Enumerable.Range(0, 12))
        {
            Scenario s = LivedIn(seed);
            AlertPolicy restored = SavedState.Copy(s.Policy, new AlertPolicy(s.Policy.Stream, Settings(), new AlertCounters()));
            comparison.Compare($"policy {seed}", s.Policy, restored);
            RhythmTracker tracker = Tracked(s);
            comparison.Compare($"tracker {seed}", tracker, SavedState.Copy(tracker, new RhythmTracker(s.Policy.Stream, Settings())));
            LongTermTracker longTerm = LongTerm(s, hours: 3);
            comparison.Compare($"figures {seed}", longTerm, SavedState.Copy(longTerm, new LongTermTracker(Settings(), 3)));
        }

        Assert.True(comparison.Differences.Count == 0, string.Join('\n', comparison.Differences.Take(20)));
        Assert.True(comparison.Compared > 10_000, $"{comparison.Compared}");
        Assert.Empty(comparison.Unused);
    }

    [Fact]
    public void Compare_OfAFreshPolicy_FindsWhatWasNotRestored()
    {
        Scenario s = LivedIn(1);
        StateComparison comparison = new StateComparison().Compare("policy", s.Policy, new AlertPolicy(s.Policy.Stream, Settings(), s.Counters));
        Assert.Contains(comparison.Differences, d => d.Contains("lastSecond", StringComparison.Ordinal));
        Assert.Contains(comparison.Differences, d => d.Contains("latched", StringComparison.Ordinal));
        Assert.Contains(comparison.Differences, d => d.Contains("pausedUntilNs", StringComparison.Ordinal));
    }

    [Fact]
    public void Exchange_AtAnySecond_TheRestGoesOnAlike()
    {
        foreach (int seed in Enumerable.Range(0, 20))
        {
            Scenario whole = Wild.Make(seed);
            (RhythmTracker a, List<AlertTransition> tail) = (new(whole.Policy.Stream, Settings()), []);
            RhythmTracker b = new(whole.Policy.Stream, Settings());
            AlertPolicy policy = new(whole.Policy.Stream, AlertSettings.Default, new AlertCounters());
            int cut = 20 + (17 * seed);
            for (long k = 0; k < 500; k++)
            {
                if (k == cut)
                {
                    policy = SavedState.Copy(policy, new AlertPolicy(policy.Stream, AlertSettings.Default, new AlertCounters()));
                    b = SavedState.Copy(b, new RhythmTracker(policy.Stream, Settings()));
                }

                policy.Observe(whole.Second(k), new Sink(tail));
                Assert.Equal(a.Observe(whole.Second(k)), b.Observe(whole.Second(k)));
            }

            Assert.Equal(whole.Run(500).Transitions, tail);
        }
    }

    [Fact]
    public void Exchange_Damaged_IsRefusedOrTaken()
    {
        byte[] saved = SavedState.Bytes(LivedIn(2).Policy);
        for (int i = 0; i < saved.Length; i += 7)
        {
            byte[] damaged = [.. saved];
            damaged[i] ^= 0xFF;
            AlertPolicy into = new(new StreamKey("ward", "bed-1"), Settings(), new AlertCounters());
            Exception? refused = Record.Exception(() => StateExchange.Restore(damaged).Object(into));
            Assert.True(refused is null or InvalidDataException, $"byte {i}: {refused}");
        }
    }

    [Fact]
    public void Exchange_CutOff_IsRefused()
    {
        byte[] saved = SavedState.Bytes(LivedIn(2).Policy);
        for (int length = 0; length < saved.Length; length += 11)
        {
            AlertPolicy into = new(new StreamKey("ward", "bed-1"), Settings(), new AlertCounters());
            Assert.Throws<InvalidDataException>(() => StateExchange.Restore(saved.AsMemory(0, length)).Object(into));
        }
    }

    [Fact]
    public void Exchange_OfAnotherSession_IsRefused()
    {
        byte[] saved = SavedState.Bytes(LivedIn(2).Policy);
        AlertPolicy historical = new(new StreamKey("ward", "bed-1"), Settings(), new AlertCounters(), historical: true);
        Assert.Throws<InvalidDataException>(() => StateExchange.Restore(saved).Object(historical));
    }

    /// <summary>A policy that has seen everything: latched, paused and acknowledged alerts, limits, technical conditions held back.</summary>
    private static Scenario LivedIn(int seed)
    {
        Scenario s = Wild.Make(seed, Options());
        s.Policy.RaiseTechnical(new TechnicalEvent(AlertKind.DeviceOffline, 1, 0, 7, 42), s);
        s.Run(100 + (20 * seed));
        s.Policy.Clear(AlertKind.DeviceOffline, 0, 100, s);
        s.Policy.RaiseTechnical(new TechnicalEvent(AlertKind.NoData, 1, 0, 7, 42) { Value = 3.5 }, s);
        if (s.Transitions.LastOrDefault(t => t.ConditionPresent) is { } open)
            s.Policy.Acknowledge(open.AlertId, Nurse, s);
        if (seed % 3 == 0)
            s.Policy.Discharge(Nurse, s);
        s.Policy.SetLimits(new Dictionary<AlertKind, AlertKindOptions> { [AlertKind.Bradycardia] = new() { Limit = 35, Latching = true } }, Nurse, s);
        s.Policy.Pause(AlertKind.Asystole, Nurse.TimeNs + 60_000_000_000, Nurse, s);
        s.Policy.Tick(Nurse.TimeNs + 30_000_000_000, s);
        return s.Run(120 + (20 * seed));
    }

    private static AlertOptions Options() => new() { Kinds = { [AlertKind.DeviceOffline] = new() { Latching = true, EscalateSeconds = 5 } } };

    private static AlertSettings Settings() => new(Options());

    private static RhythmTracker Tracked(Scenario s)
    {
        RhythmTracker tracker = new(s.Policy.Stream, Settings());
        for (long k = 0; k < s.NextSecond; k++)
            tracker.Observe(s.Second(k));
        return tracker;
    }

    private static LongTermTracker LongTerm(Scenario s, int hours)
    {
        LongTermTracker tracker = new(Settings(), hours);
        for (long k = 0; k < s.NextSecond; k++)
        {
            SecondObservation o = s.Second(k);
            o.Second = k + (3600 * (k / 60));
            tracker.Observe(o);
        }

        return tracker;
    }

    private sealed class Sink(List<AlertTransition> to) : IAlertSink
    {
        public void Emit(AlertTransition transition) => to.Add(transition);
    }
}
