namespace AnyEcg.Simulator;

/// <summary>
/// What the devices of a fleet did with their frames. Any thread. After a run, sent + failed = planned - lost + duplicated; during
/// one, the difference is what the stores hold.
/// </summary>
public sealed class FleetCounters
{
    private long planned, lost, duplicated, sent, failed, bytes;

    /// <summary>Frames that came due.</summary>
    public long Planned => Interlocked.Read(ref planned);

    /// <summary>Frames not sent on purpose.</summary>
    public long Lost => Interlocked.Read(ref lost);

    /// <summary>Second copies.</summary>
    public long Duplicated => Interlocked.Read(ref duplicated);

    /// <summary>Frames handed to the broker: QoS 1 acknowledged, QoS 0 written.</summary>
    public long Sent => Interlocked.Read(ref sent);

    /// <summary>Frames dropped from a full store, refused by the broker, QoS 0 without a connection, or left in a store at the end.</summary>
    public long Failed => Interlocked.Read(ref failed);

    /// <summary>Bytes of the payloads of <see cref="Sent"/>.</summary>
    public long Bytes => Interlocked.Read(ref bytes);

    internal void Plan(FrameFate fate)
    {
        if (fate == FrameFate.Duplicate)
            Interlocked.Increment(ref duplicated);
        else
            Interlocked.Increment(ref planned);
        if (fate == FrameFate.Lost)
            Interlocked.Increment(ref lost);
    }

    internal void Send(int length)
    {
        Interlocked.Increment(ref sent);
        Interlocked.Add(ref bytes, length);
    }

    internal void Fail(int frames) => Interlocked.Add(ref failed, frames);
}
