using AnyEcg.Engine;

namespace AnyEcg.Model.Tests;

public sealed class SnapshotTests
{
    private const int Until = 33;

    private static readonly TestStream Stream = Streams.Random(11, 3, 70);

    [Theory, OnCpu, OnEmulatedCard, OnCard]
    public void Restore_IntoAnotherRunner_GoesOnBitForBit(TestEngine engine)
    {
        using IModelRunner first = TestNetwork.Create(engine, 1, 3, 1, 3);
        StreamRun whole = new StreamRun(first, Stream).Alone(Until);
        byte[] snapshot = Take(first, whole.Slot(0));
        using IModelRunner second = TestNetwork.Create(engine, 4, 12, 1, 3);
        Assert.True(second.TryOpen(2, out _));
        StreamRun rest = new(second, Stream);
        second.Restore(rest.Slot(0), snapshot);
        rest.SkipTo(Until);
        Assert.Equal(whole.Alone().Results[0][Until..], rest.Alone().Results[0][Until..]);
        Assert.Equal(Take(first, whole.Slot(0)), Take(second, rest.Slot(0)));
    }

    [Theory, OnCpu, OnEmulatedCard, OnCard]
    public void Snapshot_EqualStreams_EqualBytes(TestEngine engine)
    {
        using IModelRunner runner = TestNetwork.Create(engine, 1, 3, 1, 3);
        byte[] first = Take(runner, new StreamRun(runner, Stream).Alone(Until).Slot(0));
        runner.Close(new KvSlot(0));
        KvSlot used = new StreamRun(runner, TestStream.Complete(3, 20)).Alone().Slot(0);
        runner.Close(used);
        byte[] second = Take(runner, new StreamRun(runner, Stream).Alone(Until).Slot(0));
        Assert.Equal(first, second);
    }

    [Theory, OnCpu, OnEmulatedCard, OnCard]
    public void Restore_BytesThatDoNotFit_ThrowsAndLeavesTheSlotAsItWas(TestEngine engine)
    {
        using IModelRunner runner = TestNetwork.Create(engine, 2, 6, 1, 3);
        KvSlot slot = new StreamRun(runner, Stream).Alone(Until).Slot(0);
        byte[] good = Take(runner, slot);
        foreach (byte[] bad in (byte[][])[[], good[..20], good[..^1], Changed(good, 0), Changed(good, 4), Changed(good, 8), Changed(good, 12), Changed(good, 16)])
        {
            Assert.Throws<InvalidDataException>(() => runner.Restore(slot, bad));
            Assert.Equal(good, Take(runner, slot));
        }
    }

    [Theory, OnCpu, OnEmulatedCard, OnCard]
    public void Restore_OtherWeights_Throws(TestEngine engine)
    {
        using IModelRunner runner = TestNetwork.Create(engine, 1, 3, 1, 3, seed: 1);
        using IModelRunner other = TestNetwork.Create(engine, 1, 3, 1, 3, seed: 2);
        byte[] snapshot = Take(runner, new StreamRun(runner, Stream).Slot(0));
        KvSlot slot = new StreamRun(other, Stream).Slot(0);
        Assert.Throws<InvalidDataException>(() => other.Restore(slot, snapshot));
    }

    private static byte[] Changed(byte[] bytes, int at)
    {
        byte[] copy = [.. bytes];
        copy[at]++;
        return copy;
    }

    private static byte[] Take(IModelRunner runner, KvSlot slot)
    {
        byte[] bytes = new byte[runner.SnapshotSize(slot)];
        runner.Snapshot(slot, bytes);
        return bytes;
    }
}
