using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using AnyEcg.Store;

namespace AnyEcg.Worker;

/// <summary>
/// Memory of snapshots on their way to the store: hundreds of kilobytes, dozens a second, which the collector would otherwise have to collect whole
/// generations for. What is durable gives its memory back. The engine's thread takes, the store's returns.
/// </summary>
internal sealed class SnapshotBodies
{
    /// <summary>Sizes differ by little things from snapshot to snapshot.</summary>
    private const int Step = 16 << 10;

    /// <summary>Idle ones; more wait only when the disk is slow.</summary>
    private const int Most = 16;

    private readonly ConcurrentQueue<byte[]> idle = new();

    public SnapshotBodies(StoreEvents events) => events.Work += done =>
    {
        if (done.Work is SnapshotWork snapshot)
        {
            Return(snapshot.Body);
        }
    };

    /// <summary>A state as it is to be stored.</summary>
    public ReadOnlyMemory<byte> Of(ReadOnlySpan<byte> state)
    {
        int length = SnapshotBody.Length(state);
        byte[] body = idle.TryDequeue(out byte[]? used) && used.Length >= length ? used : new byte[(length + Step) / Step * Step];
        SnapshotBody.Write(state, body);
        return body.AsMemory(0, length);
    }

    /// <summary>Gives back what will not be stored.</summary>
    public void Return(ReadOnlyMemory<byte> body)
    {
        if (idle.Count < Most && MemoryMarshal.TryGetArray(body, out ArraySegment<byte> whole))
        {
            idle.Enqueue(whole.Array!);
        }
    }
}
