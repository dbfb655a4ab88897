using System.Threading.Channels;

namespace AnyEcg.Engine;

/// <summary>
/// The bounded queue between ingest and engine. Full: <see cref="SubmitAsync"/> waits (the broker's Receive Maximum then holds
/// the flood back), <see cref="TrySubmit"/> refuses, <see cref="SubmitOrDrop"/> drops and counts. Any thread but for <see cref="TryTake"/>.
/// </summary>
internal sealed class Inbox(int capacity, TimeProvider time) : IDisposable
{
    private readonly Channel<EngineInput> channel = Channel.CreateBounded<EngineInput>(
        new BoundedChannelOptions(capacity) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });

    private readonly ManualResetEventSlim wake = new();
    private long waiting;
    private long dropped;
    private long taken;

    public long FramesDropped => Interlocked.Read(ref dropped);

    /// <summary>Frames that the engine has taken out.</summary>
    public long FramesTaken => Interlocked.Read(ref taken);

    /// <summary>Frames that wait here.</summary>
    public long FramesWaiting => Interlocked.Read(ref waiting);

    /// <summary>Inputs of every kind that wait here, about.</summary>
    public int Waiting => channel.Reader.Count;

    /// <summary>Receipt of the oldest input here, where that is a frame. Between turns of the engine.</summary>
    public long? OldestNs => channel.Reader.TryPeek(out EngineInput input) ? input.Frame?.ReceivedNs : null;

    public bool IsEmpty => !channel.Reader.TryPeek(out _);

    public bool TrySubmit(in EngineInput input)
    {
        Count(input, ref waiting, 1);
        if (channel.Writer.TryWrite(input with { GivenStamp = time.GetTimestamp() }))
        {
            wake.Set();
            return true;
        }

        Count(input, ref waiting, -1);
        return false;
    }

    public bool SubmitOrDrop(in EngineInput input)
    {
        bool written = TrySubmit(input);
        if (!written)
            Count(input, ref dropped, 1);
        return written;
    }

    public async ValueTask SubmitAsync(EngineInput input, CancellationToken cancellationToken)
    {
        while (!TrySubmit(input))
            await channel.Writer.WaitToWriteAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Engine thread only.</summary>
    public bool TryTake(out EngineInput input)
    {
        if (!channel.Reader.TryRead(out input))
            return false;
        Count(input, ref taken, 1);
        Count(input, ref waiting, -1);
        return true;
    }

    /// <summary>Blocks until something was submitted, <see cref="Wake"/> was called or the time is over. Engine thread only.</summary>
    public void Wait(TimeSpan atMost, CancellationToken cancellationToken)
    {
        wake.Reset();

        // What came, or was cancelled, before the reset must not be slept over.
        if (!channel.Reader.TryPeek(out _) && !cancellationToken.IsCancellationRequested)
            wake.Wait(atMost, CancellationToken.None);
    }

    /// <summary>Ends a <see cref="Wait"/>.</summary>
    public void Wake() => wake.Set();

    public void Dispose() => wake.Dispose();

    private static void Count(in EngineInput input, ref long counter, int by)
    {
        if (input.Kind == EngineInputKind.Frame)
            Interlocked.Add(ref counter, by);
    }
}
