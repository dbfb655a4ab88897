using System.Collections.Concurrent;

namespace AnyEcg.Worker;

/// <summary>
/// What became of the messages before the engine. Frames: received = rejected + dropped + waiting for a descriptor + handed to
/// the engine, which counts on from there. Any thread.
/// </summary>
internal sealed class IngestCounters
{
    private readonly ConcurrentDictionary<(string Kind, string Reason), long> rejected = new();
    private long framesReceived, framesDropped, framesSubmitted, descriptors, marks, statuses;

    public long FramesReceived => Interlocked.Read(ref framesReceived);

    public long FramesDropped => Interlocked.Read(ref framesDropped);

    public long FramesSubmitted => Interlocked.Read(ref framesSubmitted);

    public long Descriptors => Interlocked.Read(ref descriptors);

    public long Marks => Interlocked.Read(ref marks);

    public long Statuses => Interlocked.Read(ref statuses);

    /// <summary>Rejections by kind of message (frame, meta, status, mark, command, topic) and reason, both from closed lists.</summary>
    public IReadOnlyCollection<KeyValuePair<(string Kind, string Reason), long>> Rejected => [.. rejected];

    public long RejectedOf(string kind) => rejected.Where(r => r.Key.Kind == kind).Sum(r => r.Value);

    public void FrameReceived() => Interlocked.Increment(ref framesReceived);

    public void FrameDropped() => Interlocked.Increment(ref framesDropped);

    public void FrameSubmitted() => Interlocked.Increment(ref framesSubmitted);

    public void Descriptor() => Interlocked.Increment(ref descriptors);

    public void Mark() => Interlocked.Increment(ref marks);

    public void Status() => Interlocked.Increment(ref statuses);

    public void Reject(string kind, string reason) => rejected.AddOrUpdate((kind, reason), 1, (_, n) => n + 1);
}
