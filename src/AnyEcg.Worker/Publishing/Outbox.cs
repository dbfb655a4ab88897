using System.Threading.Channels;
using AnyEcg.Alerts;

namespace AnyEcg.Worker;

/// <summary>What waits to be published: exactly one of the two.</summary>
internal readonly record struct OutboxItem(AlertTransition? Alert, ReadOnlyMemory<byte> Body, RhythmSummary? Rhythm);

/// <summary>
/// The bounded queue between the engine thread (writes) and <see cref="PublishLoop"/> (reads). Alerts are never dropped: a
/// full queue makes the engine wait, and with it, through the unacknowledged frames, the broker. A rhythm summary that finds
/// the queue full is dropped and counted: the next one replaces it anyway.
/// </summary>
internal sealed class Outbox(int capacity) : IDisposable
{
    private readonly Channel<OutboxItem> channel = Channel.CreateBounded<OutboxItem>(
        new BoundedChannelOptions(capacity) { SingleReader = true, SingleWriter = false, FullMode = BoundedChannelFullMode.Wait });

    private readonly ManualResetEventSlim room = new(true);
    private long rhythmDropped;
    private int awaiting;

    public long RhythmDropped => Interlocked.Read(ref rhythmDropped);

    /// <summary>Whether somebody waits for room. Any thread.</summary>
    public bool IsAwaited => Volatile.Read(ref awaiting) > 0;

    public int Pending => channel.Reader.Count;

    /// <summary>Waits for room. Any thread but the reader's.</summary>
    public void Add(AlertTransition alert, ReadOnlyMemory<byte> body)
    {
        OutboxItem item = new(alert, body, null);
        if (channel.Writer.TryWrite(item))
        {
            return;
        }

        Interlocked.Increment(ref awaiting);
        try
        {
            AddWaiting(item);
        }
        finally
        {
            Interlocked.Decrement(ref awaiting);
        }
    }

    public void Add(RhythmSummary rhythm)
    {
        if (!channel.Writer.TryWrite(new OutboxItem(null, default, rhythm)))
        {
            Interlocked.Increment(ref rhythmDropped);
        }
    }

    /// <summary>Nothing more will be added; the reader finishes what is there.</summary>
    public void Complete() => channel.Writer.TryComplete();

    /// <summary>Waits for something to read; false when completed and empty.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => channel.Reader.WaitToReadAsync(cancellationToken);

    public bool TryTake(out OutboxItem item)
    {
        bool taken = channel.Reader.TryRead(out item);
        if (taken)
        {
            room.Set();
        }

        return taken;
    }

    public void Dispose() => room.Dispose();

    private void AddWaiting(OutboxItem item)
    {
        while (!channel.Writer.TryWrite(item))
        {
            room.Reset();
            if (channel.Reader.Count >= capacity)
            {
                room.Wait(TimeSpan.FromSeconds(1));
            }

            if (channel.Reader.Completion.IsCompleted)
            {
                throw new InvalidOperationException("The outbox is closed: alerts can no longer be published.");
            }
        }
    }
}
