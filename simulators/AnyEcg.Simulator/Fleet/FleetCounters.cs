namespace AnyEcg.Simulator;

/// <summary>
/// What the devices of a fleet did with their frames. Any thread. At rest, sent + failed = planned - lost + duplicated.
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

    /// <summary>Frames that the broker refused, or for which there was no connection, or that the end of the run cut off.</summary>
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

    internal void Done(bool good, int length)
    {
        if (!good)
        {
            Interlocked.Increment(ref failed);
            return;
        }

        Interlocked.Increment(ref sent);
        Interlocked.Add(ref bytes, length);
    }
}
