using AnyEcg.Signal;
using FsCheck;
using FsCheck.Fluent;

namespace AnyEcg.Alerts.Tests;

/// <summary>Whatever is observed, every alert lives legally, and the same observations give the same alerts.</summary>
public sealed class LifeCycleProperties
{
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(25).WithReplay(20261, 20263);

    [Fact]
    public void Observe_AnySequence_GivesLegalLives() => Check.One(Runs, Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
    {
        Scenario s = Lived(seed);
        Dictionary<Guid, AlertTransition> last = [];
        Dictionary<AlertKind, Guid> open = [];
        foreach (AlertTransition t in s.Transitions)
        {
            bool known = last.TryGetValue(t.AlertId, out AlertTransition? before);
            Assert.Equal((before?.Revision ?? 0) + 1, t.Revision);
            Assert.Equal(!known, t.Phase == AlertPhase.Start);
            Assert.True(before is null || before.Phase != AlertPhase.End);
            Assert.True(t.Phase != AlertPhase.Start || open.TryAdd(t.Kind, t.AlertId));
            Assert.True(t.Phase != AlertPhase.End || open.Remove(t.Kind));
            Assert.Equal(t.Phase != AlertPhase.End, t.ConditionPresent);
            Assert.True(t.EndSample is null || t.EndSample >= t.OnsetSample);
            Assert.True(before is null || (before.OnsetSample == t.OnsetSample && before.OnsetNs == t.OnsetNs));
            last[t.AlertId] = t;
        }

        Assert.Empty(open);
        Assert.Equal(s.Counters.Started, last.Count);
        Assert.Equal(s.Counters.Ended, last.Count);
    }));

    [Fact]
    public void Observe_SameSequence_GivesTheSameTransitions() => Check.One(Runs, Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        Lived(seed).Transitions.SequenceEqual(Lived(seed).Transitions)));

    [Fact]
    public void Wild_Seeds_RaiseMostKinds()
    {
        HashSet<AlertKind> seen = [.. Enumerable.Range(0, 25).SelectMany(seed => Lived(seed).Transitions).Select(t => t.Kind)];
        Assert.True(seen.Count >= 15, string.Join(", ", seen));
    }

    private static Scenario Lived(int seed)
    {
        Random random = new(seed);
        Scenario s = Wild.Make(seed).Run(400);
        s.NextSecond += random.Next(400);
        s.Run(500);
        s.Epoch++;
        s.NextSecond = 0;
        s.Run(100);
        s.Policy.ResetEpoch(s);
        return s;
    }
}
