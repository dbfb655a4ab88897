using AnyEcg.Engine;

namespace AnyEcg.Model.Tests;

/// <summary>A stream that moves from one engine to another and back: a failed card, or a worker on another machine.</summary>
public sealed class SnapshotExchangeTests
{
    private const int Until = 33;

    private static readonly TestStream Stream = Streams.Random(11, 3, 70);

    [Theory, OnEmulatedCard, OnCard]
    public void Restore_FromTheCpuAndBack_GoesOnWithinTheNumbersPrecision(TestEngine engine)
    {
        using IModelRunner cpu = TestNetwork.Create(1, 3, 1, 3);
        StreamRun whole = new StreamRun(cpu, Stream).Alone(Until);
        byte[] snapshot = Take(cpu, whole.Slot(0));
        float[][] expected = whole.Alone().Results[0][Until..];
        float tolerance = engine.IsFull() ? 1e-4f : 0.02f;
        Assert.InRange(Difference(expected, GoOn(engine, snapshot, out byte[] back)), 0, tolerance);
        Assert.InRange(Difference(expected, GoOn(TestEngine.Cpu, back, out byte[] again)), 0, tolerance);
        Assert.Equal(snapshot.Length, again.Length);
    }

    /// <summary>Of what the CPU holds, a float keeps all but the last bit of some; a bfloat the first eight.</summary>
    [Theory, OnEmulatedCard, OnCard]
    public void Snapshot_OfARestoredSlot_HoldsTheSameSecondsAndNearNumbers(TestEngine engine)
    {
        using IModelRunner cpu = TestNetwork.Create(2, 6, 1, 3);
        byte[] first = Take(cpu, new StreamRun(cpu, Stream).Alone(Until).Slot(0));
        using IModelRunner cuda = TestNetwork.Create(engine, 1, 3, 1, 3);
        KvSlot there = new StreamRun(cuda, Stream).Slot(0), back = new StreamRun(cpu, Stream).Slot(0);
        cuda.Restore(there, first);
        cpu.Restore(back, Take(cuda, there));
        byte[] second = Take(cpu, back);
        SnapshotFormat format = new(TestNetwork.Config, "random-1");
        float[] a = Values(format, first), b = Values(format, second);
        Assert.Equal(a.Length, b.Length);
        float greatest = a.Max(MathF.Abs), most = 0;
        for (int i = 0; i < a.Length; i++)
        {
            // Seconds that have left the window are still in the CPU engine's rings; nobody sees them.
            most = b[i] == 0 ? most : MathF.Max(most, MathF.Abs(a[i] - b[i]));
        }

        Assert.InRange(b.Count(value => value != 0), a.Count(value => value != 0) / 2, a.Length);
        Assert.True(most > 0 || engine.IsFull());
        Assert.InRange(most, 0, greatest * (engine.IsFull() ? 1e-4f : 1f / 128));
    }

    [Theory, OnEmulatedCard, OnCard]
    public void Snapshot_OfAnUnusedSlotAfterAnother_SaysNothingOfIt(TestEngine engine)
    {
        using IModelRunner runner = TestNetwork.Create(engine, 1, 3, 1, 3);
        StreamRun unused = new(runner, Stream);
        byte[] fresh = Take(runner, unused.Slot(0));
        runner.Close(unused.Slot(0));
        runner.Close(new StreamRun(runner, Stream).Alone(Until).Slot(0));
        Assert.Equal(fresh, Take(runner, new StreamRun(runner, Stream).Slot(0)));
    }

    [Theory, OnEmulatedCard, OnCard]
    public void Restore_SecondsThatContradictEachOther_ThrowsAndLeavesTheSlotAsItWas(TestEngine engine)
    {
        using IModelRunner runner = TestNetwork.Create(engine, 1, 3, 1, 3);
        KvSlot slot = new StreamRun(runner, Stream).Alone(Until).Slot(0);
        byte[] good = Take(runner, slot), bad = [.. good];
        BitConverter.TryWriteBytes(bad.AsSpan(24), 3L);
        Assert.Throws<InvalidDataException>(() => runner.Restore(slot, bad));
        Assert.Equal(good, Take(runner, slot));
    }

    [Fact]
    public void Convert_ToFloatAndBack_SameBytes()
    {
        using IModelRunner cpu = TestNetwork.Create(1, 3, 1, 3, config: TestNetwork.FourHeads);
        byte[] first = Take(cpu, new StreamRun(cpu, Stream).Alone(Until).Slot(0));
        SnapshotFormat format = new(TestNetwork.FourHeads, "random-1");
        ReadOnlySpan<byte> bytes = first;
        _ = format.Read(Stream.Leads.Count, SnapshotEncoding.Float, ref bytes);
        Assert.NotEqual(first.Length, bytes.Length);
        _ = format.Read(Stream.Leads.Count, SnapshotEncoding.BlockFloat, ref bytes);
        int other = 0;
        for (int i = 0; i < first.Length; i++)
        {
            other += first[i] == bytes[i] ? 0 : 1;
        }

        Assert.InRange(other, 0, first.Length / 100);
    }

    private static float[] Values(SnapshotFormat format, ReadOnlySpan<byte> snapshot)
    {
        SnapshotHeader header = format.Read(Stream.Leads.Count, SnapshotEncoding.Float, ref snapshot);
        List<float> values = [];
        for (int lead = 0; lead < header.Leads; lead++)
        {
            int numbers = (format.TailLength + format.Config.Dim) * sizeof(float) + (int)format.RingBytes(SnapshotEncoding.Float);
            int from = System.Runtime.CompilerServices.Unsafe.SizeOf<SnapshotHeader>() + format.EpochBytes + lead * (format.StampBytes + numbers) + format.StampBytes;
            values.AddRange(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(snapshot.Slice(from, numbers)).ToArray());
        }

        return [.. values];
    }

    private static float[][] GoOn(TestEngine engine, byte[] snapshot, out byte[] restored)
    {
        using IModelRunner runner = TestNetwork.Create(engine, 1, 3, 1, 3);
        StreamRun rest = new(runner, Stream);
        runner.Restore(rest.Slot(0), snapshot);
        restored = Take(runner, rest.Slot(0));
        rest.SkipTo(Until);
        return rest.Alone().Results[0][Until..];
    }

    /// <summary>Between the scores of two runs; where the next best rhythm code was taken, its surprise is another's.</summary>
    private static float Difference(float[][] a, float[][] b)
    {
        const int Token = StepScores.BeatBins * (StepScores.BeatClasses + 1) + 2;
        float most = 0;
        for (int k = 0; k < a.Length; k++)
        {
            Assert.Equal(a[k] is null, b[k] is null);
            for (int i = 0; a[k] is not null && i < a[k].Length; i++)
            {
                int fromEnd = (a[k].Length - i) % Token;
                bool skipped = fromEnd == 1 || (fromEnd == 2 && a[k][i + 1] != b[k][i + 1]);
                most = skipped ? most : MathF.Max(most, MathF.Abs(a[k][i] - b[k][i]));
            }
        }

        return most;
    }

    private static byte[] Take(IModelRunner runner, KvSlot slot)
    {
        byte[] bytes = new byte[runner.SnapshotSize(slot)];
        runner.Snapshot(slot, bytes);
        return bytes;
    }
}
