using AnyEcg.Signal;

namespace AnyEcg.Engine.Tests;

/// <summary>What becomes of the streams when the runner's device has failed and something else has taken its place.</summary>
public sealed class RunnerFaultTests
{
    private static readonly TestEcg Ecg = new();

    [Fact]
    public void Complete_SlotWithoutRings_ItsSecondsAreJudgedWithoutTheNetworkAndCounted()
    {
        using Bench bench = new();
        for (int i = 0; i < 2; i++)
            bench.Open(Ecg, i).Push(Ecg.Frames(10, 250), i);
        bench.Engine.Drain();
        bench.Runner.Deaf.Add(0);
        for (int i = 0; i < 2; i++)
            bench.Push([Ecg.Frame(2500, 2500)], i);
        bench.Engine.Drain();

        Recorder.Seen[] deaf = [.. bench.Output.Results.Where(r => r.Stream == "bed-0")];
        int heard = deaf.Count(r => r.Scored);
        Assert.InRange(heard, 9, 10);
        Assert.Equal(Enumerable.Range(0, deaf.Length).Select(k => (long)k), deaf.Select(r => r.Second));
        Assert.All(deaf, r => Assert.Equal(r.Second < heard, r.Scored));
        Assert.All(deaf.Skip(heard), r => Assert.NotEmpty(r.Qrs));
        Assert.All(bench.Output.Results.Where(r => r.Stream == "bed-1"), r => Assert.True(r.Scored));
        Assert.Equal(deaf.Length - heard, bench.Balanced().PatchesSkipped);
    }

    [Fact]
    public void Complete_SlotHasRingsAgain_IsScoredAgain()
    {
        using Bench bench = new Bench().Open(Ecg);
        bench.Runner.Deaf.Add(0);
        bench.Push([Ecg.Frame(0, 1250)]).Engine.Drain();
        bench.Runner.Deaf.Clear();
        bench.Push([Ecg.Frame(1250, 1250)]).Engine.Drain();
        Assert.Equal([false, true], bench.Output.Results.Select(r => r.Scored).Distinct());
        bench.Balanced();
    }

    [Fact]
    public void Next_RunnerTakesFewerRowsThanBefore_PlansAreNoLarger()
    {
        using Bench bench = new Bench().Open(Ecg);
        bench.Runner.Plans = [];
        bench.Push([Ecg.Frame(0, 40 * 250)]).Engine.Drain();
        bench.Runner.Info = bench.Runner.Info with { MaxRows = 3 };
        bench.Push([Ecg.Frame(40 * 250, 40 * 250)]).Engine.Drain();
        Assert.InRange(bench.Runner.Plans[0].Length, 39, 40);
        Assert.All(bench.Runner.Plans.Skip(1), p => Assert.InRange(p.Length, 1, 3));
        Assert.Equal(bench.Output.Results.Count, bench.Runner.Plans.Sum(p => p.Length));
    }

    [Fact]
    public void Snapshot_RunnerFailed_SaysSo()
    {
        using Bench bench = new Bench().Open(Ecg);
        EngineSnapshot before = bench.Engine.Snapshot();
        bench.Runner.Fault = new RunnerFault("cuda", "lost", 5, 1);
        bench.Runner.Info = bench.Runner.Info with { Engine = "cpu" };
        EngineSnapshot after = bench.Engine.Snapshot();
        Assert.Equal(("fake", 0, 0L), (before.RunnerEngine, before.RunnerFaults, before.RingsLost));
        Assert.Equal(("cpu", 1, 5L), (after.RunnerEngine, after.RunnerFaults, after.RingsLost));
        Assert.Same(bench.Runner.Fault, bench.Engine.Fault);
    }
}
