using System.Buffers;
using System.Net.Sockets;
using System.Threading.Channels;

namespace AnyEcg.Simulator;

/// <summary>
/// One direction of a connection: a read loop that stamps what comes, a bounded queue, and a write loop that delivers it as the faults
/// of the moment say. When the queue is full the reading stops, and with it, through TCP's window, the sender.
/// </summary>
internal sealed class ProxyPump(Socket from, Socket to, bool toTarget, ProxyContext context, int seed)
{
    private const int BlockBytes = 4096, Blocks = 32;

    private readonly Channel<Block> queue = Channel.CreateBounded<Block>(
        new BoundedChannelOptions(Blocks) { SingleReader = true, SingleWriter = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly Random random = new(seed);
    private long delivered;
    private long freeAt;

    /// <summary>
    /// Runs until the sender has closed and all is delivered (true), the number of bytes is reached after which the connection is to be
    /// reset (null), or either side is gone or the token cancelled (false).
    /// </summary>
    public async Task<bool?> RunAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<bool?> reading = GuardAsync(() => ReadAsync(end.Token)), writing = GuardAsync(() => WriteAsync(end.Token));
        bool? outcome = await (await Task.WhenAny(reading, writing).ConfigureAwait(false)).ConfigureAwait(false);
        if (outcome == true)
            outcome = await writing.ConfigureAwait(false);
        await end.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(reading, writing).ConfigureAwait(false);
        while (queue.Reader.TryRead(out Block left))
            ArrayPool<byte>.Shared.Return(left.Bytes);
        return outcome;
    }

    /// <summary>Reads on for a receiver that has died in silence, until the sender closes.</summary>
    public async Task SwallowAsync(CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[BlockBytes];
        await GuardAsync(async () =>
        {
            int count;
            while ((count = await from.ReceiveAsync(buffer, SocketFlags.None, cancellationToken).ConfigureAwait(false)) > 0)
                context.Counters.Swallow(count);
            return true;
        }).ConfigureAwait(false);
    }

    private static async Task<bool?> GuardAsync(Func<Task<bool?>> loop)
    {
        try
        {
            return await loop().ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<bool?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            byte[] bytes = ArrayPool<byte>.Shared.Rent(BlockBytes);
            int count = await from.ReceiveAsync(bytes.AsMemory(0, BlockBytes), SocketFlags.None, cancellationToken).ConfigureAwait(false);
            if (count == 0)
                break;
            Block block = new(bytes, count, context.Time.GetTimestamp(), random.NextDouble());
            await queue.Writer.WriteAsync(block, cancellationToken).ConfigureAwait(false);
        }

        queue.Writer.Complete();
        return true;
    }

    private async Task<bool?> WriteAsync(CancellationToken cancellationToken)
    {
        await foreach (Block block in queue.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            for (int at = 0; at < block.Count;)
            {
                int length = await NextPieceAsync(block, block.Count - at, cancellationToken).ConfigureAwait(false);
                if (length == 0)
                    return null;
                for (int end = at + length; at < end;)
                    at += await to.SendAsync(block.Bytes.AsMemory(at, end - at), SocketFlags.None, cancellationToken).ConfigureAwait(false);
                delivered += length;
                context.Counters.Deliver(toTarget, length);
            }

            ArrayPool<byte>.Shared.Return(block.Bytes);
        }

        return true;
    }

    /// <summary>Waits until something may be delivered and says how much; 0: the connection is to be reset.</summary>
    private async Task<int> NextPieceAsync(Block block, int left, CancellationToken cancellationToken)
    {
        while (true)
        {
            (NetworkFaults all, Task changed) = context.Switch.Now;
            DirectionFaults faults = toTarget ? all.ToTarget : all.ToClient;
            TimeSpan wait = faults.BlackHole ? Timeout.InfiniteTimeSpan : Wait(block, faults);
            if (wait == TimeSpan.Zero)
                return Take(faults, left);
            await Task.WhenAny(Task.Delay(wait, context.Time, cancellationToken), changed).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private TimeSpan Wait(in Block block, DirectionFaults faults)
    {
        TimeSpan late = faults.Latency + (faults.Jitter * block.Draw) - context.Time.GetElapsedTime(block.ReadAt);
        TimeSpan busy = faults.BytesPerSecond > 0 ? context.Time.GetElapsedTime(context.Time.GetTimestamp(), freeAt) : TimeSpan.Zero;
        TimeSpan wait = late > busy ? late : busy;

        // Timers count whole milliseconds: a wait for less would spin.
        return wait <= TimeSpan.Zero ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
    }

    private int Take(DirectionFaults faults, int left)
    {
        if (faults.ResetAfterBytes is { } limit)
            left = (int)Math.Clamp(limit - delivered, 0, left);
        if (faults.PieceBytes > 0)
            left = Math.Min(left, faults.PieceBytes);
        if (faults.BytesPerSecond <= 0)
            return left;

        // A fiftieth of a second at a time; what a timer came too late is made up for, up to that much.
        left = Math.Min(left, Math.Max(1, faults.BytesPerSecond / 50));
        long now = context.Time.GetTimestamp(), tick = context.Time.TimestampFrequency / 50;
        freeAt = Math.Max(freeAt, now - tick) + (left * context.Time.TimestampFrequency / faults.BytesPerSecond);
        return left;
    }

    /// <summary>What one read brought, when, and its share of the jitter.</summary>
    private readonly record struct Block(byte[] Bytes, int Count, long ReadAt, double Draw);
}

/// <summary>What all connections of a proxy share.</summary>
internal sealed record ProxyContext(FaultSwitch Switch, ProxyCounters Counters, TimeProvider Time);
