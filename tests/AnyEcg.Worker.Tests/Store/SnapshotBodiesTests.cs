using System.Runtime.InteropServices;
using AnyEcg.Signal;
using AnyEcg.Store;

namespace AnyEcg.Worker.Tests;

public sealed class SnapshotBodiesTests
{
    private static readonly StreamKey Key = new("ward", "bed-1");

    private readonly StoreEvents events = new();

    [Fact]
    public void Of_AState_IsWhatTheNextStartReads()
    {
        SnapshotBodies bodies = new(events);
        byte[] state = [.. Enumerable.Range(0, 100_000).Select(i => (byte)(i * 7))];
        Assert.Equal(state, SnapshotBody.Read(bodies.Of(state).ToArray()).ToArray());

        // In memory that held another, longer one.
        bodies.Return(bodies.Of(state));
        Assert.Equal(state[..99_000], SnapshotBody.Read(bodies.Of(state.AsSpan(..99_000)).ToArray()).ToArray());
    }

    [Fact]
    public void Of_OnceTheOneBeforeIsDurable_AllocatesNothing()
    {
        SnapshotBodies bodies = new(events);
        byte[] state = new byte[300_000];
        Commit(bodies.Of(state));
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 20; i++)
        {
            ReadOnlyMemory<byte> body = bodies.Of(state.AsSpan(i));
            Assert.Equal(SnapshotBody.Length(state) - i, body.Length);
            bodies.Return(body);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20_000);
    }

    [Fact]
    public void Of_WhileTheOneBeforeWaits_TakesOtherMemory()
    {
        SnapshotBodies bodies = new(events);
        ReadOnlyMemory<byte> first = bodies.Of(new byte[1000]), second = bodies.Of(new byte[1000]);
        Assert.NotSame(ArrayOf(first), ArrayOf(second));
        Commit(first);
        Assert.Same(ArrayOf(first), ArrayOf(bodies.Of(new byte[1000])));
    }

    private static byte[] ArrayOf(ReadOnlyMemory<byte> body)
    {
        Assert.True(MemoryMarshal.TryGetArray(body, out ArraySegment<byte> whole));
        return whole.Array!;
    }

    private void Commit(ReadOnlyMemory<byte> body) =>
        events.WorkCommitted([new CommittedWork(new SnapshotWork(Key, 1, "f", body, 0), WorkOutcome.Stored, 0)]);
}
