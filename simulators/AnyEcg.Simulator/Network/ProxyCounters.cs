namespace AnyEcg.Simulator;

/// <summary>What a proxy did. Any thread may read; each value grows on its own.</summary>
public sealed class ProxyCounters
{
    private long accepted, refused, unreachable, resets, clientsDied, targetsDied, toTarget, toClient, swallowed, pieces;

    /// <summary>Connections passed on to the target.</summary>
    public long Accepted => Interlocked.Read(ref accepted);

    /// <summary>Connections reset at once, by the fault or because there were too many.</summary>
    public long Refused => Interlocked.Read(ref refused);

    /// <summary>Connections reset because the target did not take them.</summary>
    public long Unreachable => Interlocked.Read(ref unreachable);

    /// <summary>Connections reset by a fault.</summary>
    public long Resets => Interlocked.Read(ref resets);

    /// <summary>Connections whose client died in silence.</summary>
    public long ClientsDied => Interlocked.Read(ref clientsDied);

    /// <summary>Connections whose target died in silence.</summary>
    public long TargetsDied => Interlocked.Read(ref targetsDied);

    /// <summary>Bytes delivered to the target.</summary>
    public long BytesToTarget => Interlocked.Read(ref toTarget);

    /// <summary>Bytes delivered to clients.</summary>
    public long BytesToClient => Interlocked.Read(ref toClient);

    /// <summary>Bytes that were sent to a side that had died in silence.</summary>
    public long BytesSwallowed => Interlocked.Read(ref swallowed);

    /// <summary>Pieces in which the bytes were delivered.</summary>
    public long Pieces => Interlocked.Read(ref pieces);

    internal void Accept() => Interlocked.Increment(ref accepted);

    internal void Refuse() => Interlocked.Increment(ref refused);

    internal void Miss() => Interlocked.Increment(ref unreachable);

    internal void Cut(ConnectionCut cut)
    {
        switch (cut)
        {
            case ConnectionCut.Reset:
                Interlocked.Increment(ref resets);
                break;
            case ConnectionCut.ClientDies:
                Interlocked.Increment(ref clientsDied);
                break;
            default:
                Interlocked.Increment(ref targetsDied);
                break;
        }
    }

    internal void Deliver(bool toTheTarget, int bytes)
    {
        Interlocked.Increment(ref pieces);
        Interlocked.Add(ref toTheTarget ? ref toTarget : ref toClient, bytes);
    }

    internal void Swallow(int bytes) => Interlocked.Add(ref swallowed, bytes);
}
