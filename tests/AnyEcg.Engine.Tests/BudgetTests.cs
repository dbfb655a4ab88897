using AnyEcg.Alerts;
using AnyEcg.Signal;

namespace AnyEcg.Engine.Tests;

/// <summary>The heap is one for all tests of the process: what measures it runs alone.</summary>
[CollectionDefinition(nameof(MemoryAlone), DisableParallelization = true)]
public sealed class MemoryAlone;

/// <summary>Memory: nothing allocated per step in steady state, and nothing that grows with time.</summary>
[Collection(nameof(MemoryAlone))]
public sealed class BudgetTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void RunOnce_SteadyState_AllocatesNothing(bool judged)
    {
        // A regular rhythm raises no alert; summaries, which are objects by contract, come once a minute.
        EngineOptions options = new() { RhythmPeriodSeconds = 60 };
        using HashRunner runner = new(judge: judged ? TestJudge.Random(1) : null);
        using StreamEngine engine = new(runner, options, Quiet(), new Nowhere(), new HostileClock());
        TestEcg ecg = new(leads: 2);
        EngineInput[] inputs = [.. ecg.Frames(1000, 250).Select(f => EngineInput.OfFrame(Bench.Key(), f))];
        engine.TrySubmit(EngineInput.OfFormat(Bench.Key(), ecg.Format));
        int at = 0;
        for (; at < 400; at++)
            Turn(engine, inputs[at]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (; at < 1000; at++)
            Turn(engine, inputs[at]);
        long perStep = (GC.GetAllocatedBytesForCurrentThread() - before) / 600;
        Assert.True(engine.Snapshot().Steps > 900);
        Assert.InRange(perStep, 0, 8);
    }

    [Fact]
    public void Drain_EightHoursOfOneStream_StaysFlat()
    {
        using HashRunner runner = new();
        using StreamEngine engine = new(runner, new EngineOptions(), AlertSettings.Default, new Nowhere(), new HostileClock());
        TestEcg ecg = new(rate: 100);
        engine.TrySubmit(EngineInput.OfFormat(Bench.Key(), ecg.Format));
        EcgFrame frame = ecg.Frame(0, 12_000);
        long early = 0;
        for (int minute = 0; minute < 480; minute += 2)
        {
            frame.FirstSample = minute * 6000L;
            engine.TrySubmit(EngineInput.OfFrame(Bench.Key(), frame));
            engine.Drain();
            if (minute == 120)
                early = GC.GetTotalMemory(forceFullCollection: true);
        }

        long grown = GC.GetTotalMemory(forceFullCollection: true) - early;
        Assert.InRange(engine.Snapshot().SecondsObserved, 28_700, 28_800);
        Assert.True(grown < 1 << 20, $"grew by {grown} bytes");
    }

    private static void Turn(StreamEngine engine, in EngineInput input)
    {
        engine.TrySubmit(input);
        engine.Drain();
    }

    private static AlertSettings Quiet() =>
        new(new AlertOptions { Kinds = Enum.GetValues<AlertKind>().ToDictionary(k => k, _ => new AlertKindOptions { Enabled = false }) });

    private sealed class Nowhere : IEngineOutput
    {
        public void Alert(AlertTransition transition)
        {
        }

        public void Rhythm(RhythmSummary summary)
        {
        }

        public void Result(StreamKey key, PatchSecond patch, SecondObservation observation)
        {
        }

        public void FrameDone(in EngineInput input, FrameOutcome outcome)
        {
        }
    }
}
