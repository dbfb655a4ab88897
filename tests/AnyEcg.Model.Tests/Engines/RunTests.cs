using AnyEcg.Engine;
using AnyEcg.Signal;

namespace AnyEcg.Model.Tests;

/// <summary>What a run of a lead remembers, and what it forgets.</summary>
public sealed class RunTests
{
    private const float Tolerance = 1e-4f;

    // Another second is another rotation, and its query and key are rounded anew.
    private const float BfloatTolerance = 2e-2f;

    // Rhythm, anomaly; the record heads that follow remember the whole epoch.
    private const int SecondHeads = RhythmClasses.Count + 1;

    private const int TokenScores = StepScores.BeatBins * (StepScores.BeatClasses + 1) + 2;

    [Theory, OnCpu, OnEmulatedCard, OnCard]
    public void Step_AfterTwoAbsentSeconds_EqualsAStreamThatStartsThere(TestEngine engine)
    {
        float difference = DifferenceFromFreshStart(engine, gap: 2);
        Assert.InRange(difference, 0, Tolerance);
    }

    [Theory, OnCpu, OnEmulatedCard, OnCard]
    public void Step_AfterOneAbsentSecond_StillSeesTheRunBefore(TestEngine engine)
    {
        Assert.True(DifferenceFromFreshStart(engine, gap: 1) > 100 * Tolerance);
    }

    [Theory, OnCpu, OnEmulatedCard, OnCard]
    public void Step_StartedLate_EqualsTheSameStreamFromZero(TestEngine engine)
    {
        const long Late = 10_000_000;
        using IModelRunner runner = TestNetwork.Create(engine, 2, 6, 1, 3);
        float[][] early = new StreamRun(runner, Streams.Random(4, 3, 60)).Alone().Results[0];
        float[][] late = new StreamRun(runner, Streams.Random(4, 3, 60, Late)).Alone().Results[0];
        Assert.InRange(Difference(early, late, 0, int.MaxValue), 0, engine == TestEngine.Cpu || engine.IsFull() ? Tolerance : BfloatTolerance);
    }

    [Theory, OnCpu, OnEmulatedCard, OnCard]
    public void Reset_ThenTheSameSeconds_GivesTheSameScores(TestEngine engine)
    {
        TestStream stream = Streams.Random(9, 3, 30);
        using IModelRunner runner = TestNetwork.Create(engine, 1, 3, 1, 3);
        StreamRun run = new(runner, stream);
        float[][] first = [.. run.Alone().Results[0]];
        runner.Reset(run.Slot(0));
        run.SkipTo(0);
        Assert.Equal(0, Difference(first, run.Alone().Results[0], 0, int.MaxValue));
    }

    [Theory, OnCpu, OnEmulatedCard, OnCard]
    public void Close_ThenOpen_RemembersNothing(TestEngine engine)
    {
        using IModelRunner runner = TestNetwork.Create(engine, 1, 3, 1, 3);
        StreamRun before = new StreamRun(runner, TestStream.Complete(3, 20)).Alone();
        runner.Close(before.Slot(0));
        float[][] reused = new StreamRun(runner, TestStream.Complete(2, 20)).Alone().Results[0];
        using IModelRunner fresh = TestNetwork.Create(engine, 1, 3, 1, 3);
        float[][] expected = new StreamRun(fresh, TestStream.Complete(2, 20)).Alone().Results[0];
        Assert.Equal(0, Difference(expected, reused, 0, int.MaxValue));
    }

    private static float DifferenceFromFreshStart(TestEngine engine, int gap)
    {
        const int First = 12, After = 20;
        bool[] present = [.. Enumerable.Range(0, First + gap + After).Select(k => k is < First || k >= First + gap)];
        bool[] onlyAfter = [.. present.Select((p, k) => p && k >= First + gap)];
        using IModelRunner runner = TestNetwork.Create(engine, 2, 2, 1, 1);
        float[][] whole = new StreamRun(runner, new TestStream([Lead.II], [present])).Alone().Results[0];
        float[][] fresh = new StreamRun(runner, new TestStream([Lead.II], [onlyAfter])).Alone().Results[0];
        return MathF.Max(
            Difference(fresh[(First + gap)..], whole[(First + gap)..], 0, SecondHeads),
            Difference(fresh[(First + gap)..], whole[(First + gap)..], fresh[^1].Length - TokenScores, int.MaxValue));
    }

    private static float Difference(float[][] a, float[][] b, int from, int to)
    {
        float most = 0;
        for (int k = 0; k < a.Length; k++)
        {
            Assert.Equal(a[k] is null, b[k] is null);
            for (int i = from; a[k] is not null && i < Math.Min(to, a[k].Length); i++)
            {
                most = MathF.Max(most, MathF.Abs(a[k][i] - b[k][i]));
            }
        }

        return most;
    }
}
