using AnyEcg.Alerts;
using AnyEcg.Signal;

namespace AnyEcg.Engine.Tests;

public sealed class StepSchedulerTests
{
    private static readonly TestEcg Ecg = new();

    [Fact]
    public void Next_FloodingStream_DoesNotHoldUpTheOthers()
    {
        using Bench bench = new(new EngineOptions { MaxBatch = 16 });
        bench.Runner.Plans = [];
        bench.Open(Ecg, 0).Push([Ecg.Frame(0, 500 * 250)], 0);
        for (int i = 1; i <= 10; i++)
            bench.Open(Ecg, i).Push([Ecg.Frame(0, 300)], i);
        bench.Engine.RunOnce();
        (int Slot, long Second)[] plan = Assert.Single(bench.Runner.Plans);
        Assert.Equal(16, plan.Length);
        Assert.Equal(Enumerable.Range(0, 11), plan.Select(r => r.Slot).Distinct().Order());
    }

    [Fact]
    public void Next_MoreStreamsThanRows_ServesThemInTurn()
    {
        using Bench bench = new(new EngineOptions { MaxBatch = 4 });
        bench.Runner.Plans = [];
        for (int i = 0; i < 10; i++)
            bench.Open(Ecg, i).Push([Ecg.Frame(0, 1100)], i);
        bench.Engine.Drain();
        Assert.Equal(Enumerable.Range(0, 10), bench.Runner.Plans.Take(3).SelectMany(p => p).Select(r => r.Slot).Distinct().Order());
        Assert.Equal(40, bench.Runner.Plans.Sum(p => p.Length));
        Assert.All(bench.Runner.Plans, p => Assert.True(p.Length <= 4));
    }

    [Fact]
    public void Next_StreamBehind_AddsAtMostSixtyFourConsecutiveSeconds()
    {
        using Bench bench = new Bench().Open(Ecg);
        bench.Runner.Plans = [];
        bench.Push([Ecg.Frame(0, 201 * 250)]).Engine.Drain();
        Assert.Equal([64, 64, 64], bench.Runner.Plans.Take(3).Select(p => p.Length));
        Assert.Equal(Enumerable.Range(0, 64).Select(k => (long)k), bench.Runner.Plans[0].Select(r => r.Second));
    }

    [Fact]
    public void Next_RowsOfOneStream_StandTogether()
    {
        using Bench bench = new(new EngineOptions { MaxBatch = 12 });
        bench.Runner.Plans = [];
        for (int i = 0; i < 3; i++)
            bench.Open(Ecg, i).Push([Ecg.Frame(0, 20 * 250)], i);
        bench.Engine.Drain();
        (int Slot, long Second)[] plan = bench.Runner.Plans[0];
        Assert.Equal([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2], plan.Select(r => r.Slot));
        Assert.Equal([0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3], plan.Select(r => r.Second));
    }

    [Fact]
    public void Next_TokensOfThePlanUsedUp_LeavesTheRest()
    {
        TestEcg three = new(leads: 3);
        using Bench bench = new(runner: new HashRunner(maxTokens: 16));
        bench.Runner.Plans = [];
        bench.Open(three).Push([three.Frame(0, 20 * 250)]).Engine.Drain();
        Assert.All(bench.Runner.Plans, p => Assert.True(p.Length <= 5));
        Assert.Equal(bench.Output.Results.Count, bench.Runner.Plans.Sum(p => p.Length));
    }

    [Theory]
    [InlineData(1_000_000_000)]
    [InlineData(3_579_545)]
    [InlineData(1000)]
    [InlineData(7)]
    public void RunOnce_StepsTakeLong_WaitsForTheDelay(long frequency)
    {
        HostileClock clock = new(frequency);
        using HashRunner runner = new() { Stepping = _ => clock.Advance(TimeSpan.FromSeconds(1)) };
        EngineOptions options = new() { MaxBatchDelay = TimeSpan.FromSeconds(2) };
        using StreamEngine engine = new(runner, options, AlertSettings.Default, new Recorder(), clock);
        engine.TrySubmit(EngineInput.OfFormat(Bench.Key(), Ecg.Format));
        foreach (EcgFrame frame in Ecg.Frames(8, 250))
        {
            engine.TrySubmit(EngineInput.OfFrame(Bench.Key(), frame));
            engine.Drain();
        }

        engine.TrySubmit(EngineInput.OfFrame(Bench.Key(), Ecg.Frame(2000, 300)));
        engine.RunOnce();
        long before = engine.Snapshot().Steps;
        clock.Advance(TimeSpan.FromSeconds(1));
        clock.SetWallClock(TimeSpan.FromDays(-400));
        engine.RunOnce();
        Assert.Equal(before, engine.Snapshot().Steps);
        clock.Advance(TimeSpan.FromSeconds(1.2));
        engine.RunOnce();
        Assert.Equal(before + 1, engine.Snapshot().Steps);
    }

    [Fact]
    public void RunOnce_FewStreams_DoesNotWait()
    {
        using Bench bench = new Bench().Open(Ecg);
        bench.Runner.Stepping = _ => bench.Clock.Advance(TimeSpan.FromMilliseconds(0.3));
        foreach (EcgFrame frame in Ecg.Frames(20, 250))
        {
            bench.Clock.Advance(TimeSpan.FromSeconds(1));
            bench.Push(frame);
            bench.Engine.RunOnce();
            Assert.Equal(0, bench.Engine.Snapshot().PatchesPending);
        }
    }

    [Fact]
    public void RunOnce_ClockSetBack_WaitsOneDelayMoreAtMost()
    {
        using Bench bench = new Bench().Open(Ecg);
        bench.Runner.Stepping = _ => bench.Clock.Advance(TimeSpan.FromSeconds(1));
        foreach (EcgFrame frame in Ecg.Frames(8, 250))
        {
            bench.Push(frame);
            bench.Engine.Drain();
        }

        bench.Push(Ecg.Frame(2000, 300));
        bench.Engine.RunOnce();
        long before = bench.Engine.Snapshot().Steps;
        bench.Wait(-3600);
        Assert.Equal(before, bench.Engine.Snapshot().Steps);
        bench.Wait(0.06);
        Assert.Equal(before + 1, bench.Engine.Snapshot().Steps);
    }

    [Fact]
    public void RunOnce_Overloaded_SkipsWhatIsOverdueAndSaysSo()
    {
        using Bench bench = new(new EngineOptions { MaxLag = TimeSpan.FromSeconds(30) });
        bench.Open(Ecg);
        foreach (EcgFrame frame in Ecg.Frames(40, 250))
        {
            bench.Push(frame);
            bench.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        bench.Engine.RunOnce();
        bench.Engine.Drain();
        EngineSnapshot s = bench.Balanced();
        List<bool> scored = [.. bench.Output.Results.Select(r => r.Scored)];
        Assert.Equal(9, s.PatchesSkipped);
        Assert.Equal(9, scored.TakeWhile(x => !x).Count());
        Assert.All(scored.Skip(9), Assert.True);
    }

    [Fact]
    public void RunOnce_FramesThatWaitedElsewhere_AreNotOverdue()
    {
        using Bench bench = new(new EngineOptions { MaxLag = TimeSpan.FromSeconds(30) });
        bench.Open(Ecg).Push(Ecg.Frames(40, 250));
        bench.Engine.RunOnce();
        bench.Engine.Drain();
        Assert.Equal(0, bench.Balanced().PatchesSkipped);
    }

    [Fact]
    public void RunOnce_StoreOfADeviceTakesLong_SkipsNothing()
    {
        using Bench bench = new(new EngineOptions { MaxLag = TimeSpan.FromSeconds(30) });
        bench.Runner.Stepping = _ => bench.Clock.Advance(TimeSpan.FromSeconds(20));
        bench.Open(Ecg).Push(Ecg.Frames(400, 250));
        for (int turn = 0; turn < 4; turn++)
            bench.Engine.RunOnce();
        bench.Engine.Drain();
        EngineSnapshot s = bench.Balanced();
        Assert.Equal((0, s.PatchesEmitted), (s.PatchesSkipped, s.PatchesScored));
    }

    [Fact]
    public void RunOnce_BatchFull_DoesNotWait()
    {
        using Bench bench = new(new EngineOptions { MaxBatch = 3 });
        for (int i = 0; i < 3; i++)
            bench.Open(Ecg, i).Push([Ecg.Frame(0, 300)], i);
        bench.Engine.RunOnce();
        EngineSnapshot s = bench.Balanced();
        Assert.Equal((1, 3, 3), (s.Steps, s.StepRows, s.StepTokens));
    }

    [Fact]
    public void Drain_LossesAndEpochsInTheBacklog_KeepsTheOrder()
    {
        using Bench bench = new Bench().Open(Ecg);
        List<EcgFrame> frames = [.. Ecg.Frames(30, 250), .. Ecg.Frames(10, 250, 2), .. Ecg.Frames(10, 250, 7)];
        foreach (EcgFrame frame in frames.Where(f => f.FirstSample / 250 is < 5 or > 9 || f.Epoch == 7))
        {
            frame.LeadOff = frame.FirstSample / 250 is 20 or 21 ? 1u : 0;
            bench.Push(frame);
        }

        bench.Close();
        List<(uint, long)> order = [.. bench.Output.Results.Select(r => (r.Epoch, r.Second))];
        Assert.Equal(order.Order(), order);
        Assert.Equal(2, bench.Runner.Resets);
        Assert.Equal(30, bench.Output.Results.Count(r => r.Epoch == 1));
        bench.Balanced();
    }
}
