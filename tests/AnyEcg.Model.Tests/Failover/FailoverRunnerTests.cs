using AnyEcg.Engine;
using AnyEcg.Signal;

namespace AnyEcg.Model.Tests;

/// <summary>A device that fails in any call leaves the streams with their slots, the network listening anew, and no second lost.</summary>
public sealed class FailoverRunnerTests : IDisposable
{
    private const int At = 25, Most = 4;

    private static readonly TestStream[] Some = [.. Enumerable.Range(0, Most).Select(i => Streams.Random(40 + i, 3, 60))];

    private readonly FaultyRunner device = new(TestNetwork.Create(8, 24, 16, 48)) { Padding = 100 };
    private readonly FailoverRunner runner;
    private int made;
    private Func<IModelRunner> fallback = () => TestNetwork.Create(8, 24, 16, 48);

    public FailoverRunnerTests() => runner = new FailoverRunner(device, () =>
    {
        made++;
        return fallback();
    });

    [Fact]
    public void Step_DeviceIsWell_IsTheDevices()
    {
        using IModelRunner cpu = TestNetwork.Create(8, 24, 16, 48);
        float[][][] expected = new StreamRun(cpu, Some).Alone().Results;
        Assert.Equal(expected, new StreamRun(runner, Some).Alone().Results);
        Assert.Equal(("cuda", 0, null), (runner.Info.Engine, made, runner.Fault));
    }

    [Fact]
    public void Step_DeviceFails_PlanIsComputedByTheOtherEngineWithFreshRings()
    {
        StreamRun run = new StreamRun(runner, Some).Alone(At);
        device.Fails = nameof(IModelRunner.Step);
        run.Alone();

        AssertFreshFrom(At, run);
        Assert.Equal(new RunnerFault("cuda", FaultyRunner.Message, Most, 0), runner.Fault);
        Assert.Equal(("cpu", 1, true), (runner.Info.Engine, made, device.IsDisposed));
    }

    [Fact]
    public void Step_AfterTheFault_NeverAsksTheDeviceAgain()
    {
        StreamRun run = new StreamRun(runner, Some).Alone(At);
        device.Fails = nameof(IModelRunner.Step);
        run.Alone(At + 1);
        int asked = device.Steps;
        run.Alone();
        Assert.Equal((asked, 1), (device.Steps, made));
    }

    [Theory]
    [InlineData(nameof(IModelRunner.TryOpen))]
    [InlineData(nameof(IModelRunner.Reset))]
    [InlineData(nameof(IModelRunner.Close))]
    [InlineData(nameof(IModelRunner.SnapshotSize))]
    [InlineData(nameof(IModelRunner.Snapshot))]
    [InlineData(nameof(IModelRunner.Restore))]
    public void AnyCall_DeviceFails_SlotsKeepTheirNumbersAndGoOn(string method)
    {
        StreamRun run = new StreamRun(runner, Some).Alone(At);
        Call(method);
        Assert.Equal(1, made);
        Assert.Equal(Most + (method == nameof(IModelRunner.TryOpen) ? 0 : 1), runner.Fault!.RingsLost);
        run.Alone();
        AssertFreshFrom(At, run);
    }

    [Fact]
    public void TryOpen_AfterTheFault_TakesNumbersThatAreFree()
    {
        KvSlot[] slots = [.. Enumerable.Range(0, 5).Select(_ => Open(1))];
        runner.Close(slots[1]);
        runner.Close(slots[3]);
        device.Fails = nameof(IModelRunner.TryOpen);
        int[] opened = [.. Enumerable.Range(0, 5).Select(_ => Open(2).Index)];
        Assert.Equal([1, 3, 5, 6, 7], opened.Order());
        Assert.False(runner.TryOpen(1, out _));
        runner.Close(new KvSlot(5));
        Assert.Equal(5, Open(1).Index);
        Assert.Throws<ArgumentException>(() => runner.Reset(new KvSlot(9)));
    }

    [Fact]
    public void Step_OtherEngineTakesSmallerPlans_SameBits()
    {
        fallback = () => TestNetwork.Create(8, 24, 3, 5);
        StreamRun run = new StreamRun(runner, Some).Alone(At);
        device.Fails = nameof(IModelRunner.Step);
        run.Batched(new Random(4), 5);
        AssertFreshFrom(At, run);
        Assert.Equal((3, 5), (runner.Info.MaxRows, runner.Info.MaxTokens));
    }

    [Fact]
    public void Step_NotAllSlotsFit_ThoseWithoutRoomSaySoUntilOthersLeave()
    {
        fallback = () => TestNetwork.Create(8, 2, 16, 48);
        KvSlot[] slots = [Open(1), Open(2), Open(1)];
        device.Fails = nameof(IModelRunner.Step);

        Assert.Equal([false, true, false], Step(0, slots));
        Assert.Equal(new RunnerFault("cuda", FaultyRunner.Message, 3, 1), runner.Fault);
        Assert.Equal(0, runner.SnapshotSize(slots[1]));
        Assert.Throws<InvalidDataException>(() => runner.Restore(slots[1], new byte[64]));
        runner.Reset(slots[1]);
        Assert.False(runner.TryOpen(1, out _));

        runner.Close(slots[0]);
        runner.Close(slots[2]);
        Assert.Equal([false], Step(1, slots[1]));
        runner.Close(slots[1]);
        Assert.Equal(1, Open(2).Index);
    }

    [Fact]
    public void Step_NoMemoryForAnotherEngine_NothingIsComputedAndNothingThrows()
    {
        fallback = () => throw new InsufficientMemoryException();
        KvSlot slot = Open(1);
        device.Fails = nameof(IModelRunner.Step);
        Assert.Equal([true], Step(0, slot));
        Assert.Equal(("none", 1L), (runner.Info.Engine, runner.Fault!.Unheard));
        Assert.False(runner.TryOpen(1, out _));
        runner.Reset(slot);
        runner.Close(slot);
    }

    [Fact]
    public void Step_NoMemoryForPlansOfTheOtherEngine_IsGivenBackAndNothingThrows()
    {
        FaultyRunner second = new(TestNetwork.Create(8, 24, 16, 48)) { IsTooLarge = true };
        fallback = () => second;
        KvSlot slot = Open(1);
        device.Fails = nameof(IModelRunner.Step);
        Assert.Equal([true], Step(0, slot));
        Assert.Equal(("none", true), (runner.Info.Engine, second.IsDisposed));
    }

    [Fact]
    public void Step_OtherEngineFailsAsWell_IsNotCaught()
    {
        FaultyRunner second = new(TestNetwork.Create(8, 24, 16, 48));
        fallback = () => second;
        KvSlot slot = Open(1);
        device.Fails = nameof(IModelRunner.Step);
        Step(0, slot);
        second.Fails = nameof(IModelRunner.Step);
        Assert.Throws<CudaFaultException>(() => Step(1, slot));
        Assert.Equal(1, made);
    }

    [Fact]
    public void Snapshot_DeviceFailsAfterItsSizeWasSaid_IsTheOneOfThatSize()
    {
        StreamRun run = new StreamRun(runner, Some).Alone(At);
        int size = runner.SnapshotSize(run.Slot(0));
        device.Fails = nameof(IModelRunner.Snapshot);
        byte[] before = new byte[size];
        runner.Snapshot(run.Slot(0), before);
        Assert.Equal(0, made);

        run.Alone(At + 1);
        byte[] after = Take(run.Slot(0));
        Assert.Equal((1, device.Padding), (made, size - after.Length));
    }

    [Fact]
    public void Snapshot_AfterTheFault_RestoresIntoAnotherEngine()
    {
        StreamRun run = new StreamRun(runner, Some[0]).Alone(At);
        device.Fails = nameof(IModelRunner.Step);
        run.Alone(At + 10);
        using IModelRunner other = TestNetwork.Create(1, 3, 1, 3);
        StreamRun rest = new(other, Some[0]);
        other.Restore(rest.Slot(0), Take(run.Slot(0)));
        rest.SkipTo(At + 10);
        Assert.Equal(run.Alone().Results[0][(At + 10)..], rest.Alone().Results[0][(At + 10)..]);
    }

    [Fact]
    public void Step_AfterTheFault_AllocatesNothing()
    {
        KvSlot slot = Open(1);
        device.Fails = nameof(IModelRunner.Step);
        StepPlan plan = new(1, 1);
        StepScores scores = new(1, 1);
        PatchSecond patch = new(1);
        int second = 0;
        for (int i = 0; i < 100; i++)
            Next();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            Next();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Next()
        {
            plan.Clear();
            (patch.Second, patch.Present) = (second++, 1);
            plan.TryAdd(slot, OneLead, patch);
            runner.Step(plan, scores);
        }
    }

    public void Dispose() => runner.Dispose();

    private static readonly LeadSet OneLead = new(Lead.II);

    /// <summary>What an engine says that has heard nothing before this second.</summary>
    private static void AssertFreshFrom(int second, StreamRun run)
    {
        using IModelRunner fresh = TestNetwork.Create(8, 24, 16, 48);
        StreamRun expected = new(fresh, Some);
        expected.SkipTo(second);
        expected.Alone();
        for (int stream = 0; stream < Most; stream++)
            Assert.Equal(expected.Results[stream][second..], run.Results[stream][second..]);
    }

    private void Call(string method)
    {
        if (method == nameof(IModelRunner.TryOpen))
        {
            device.Fails = method;
            Assert.Equal(Most, Open(2).Index);
            return;
        }

        KvSlot other = Open(1);
        byte[] saved = Take(other);
        device.Fails = method;
        switch (method)
        {
            case nameof(IModelRunner.Reset): runner.Reset(other); break;
            case nameof(IModelRunner.Close): runner.Close(other); break;
            case nameof(IModelRunner.Restore): runner.Restore(other, saved); break;
            default: Assert.NotEmpty(Take(other)); break;
        }
    }

    private KvSlot Open(int leads)
    {
        Assert.True(runner.TryOpen(leads, out KvSlot slot));
        return slot;
    }

    private byte[] Take(KvSlot slot)
    {
        byte[] bytes = new byte[runner.SnapshotSize(slot)];
        runner.Snapshot(slot, bytes);
        return bytes;
    }

    /// <summary>One second of each slot; says which were not computed.</summary>
    private bool[] Step(int second, params KvSlot[] slots)
    {
        StepPlan plan = new(8, 24);
        StepScores scores = new(8, 24);
        foreach (KvSlot slot in slots)
        {
            PatchSecond patch = new(1) { Second = second, Present = 1 };
            Assert.True(plan.TryAdd(slot, OneLead, patch));
        }

        runner.Step(plan, scores);
        for (int row = 0; row < slots.Length; row++)
        {
            float sum = scores.Rhythm.AsSpan(row * RhythmClasses.Count, RhythmClasses.Count).ToArray().Sum();
            Assert.Equal(!scores.Unheard[row], Math.Abs(sum - 1) < 1e-3f);
        }

        return scores.Unheard[..slots.Length];
    }
}
