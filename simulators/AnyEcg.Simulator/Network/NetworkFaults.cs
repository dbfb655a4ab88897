namespace AnyEcg.Simulator;

/// <summary>What the network does to one direction of every connection. Faults combine.</summary>
public sealed record DirectionFaults
{
    public static DirectionFaults None { get; } = new();

    /// <summary>Every byte arrives so much later; the order stays.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>Longest random addition to <see cref="Latency"/>, drawn anew for each block that is read.</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>Most bytes delivered in a second; 0: without limit.</summary>
    public int BytesPerSecond { get; init; }

    /// <summary>Most bytes handed over in one piece; 0: as they came, 1: byte by byte.</summary>
    public int PieceBytes { get; init; }

    /// <summary>
    /// Nothing is delivered. As with packets that get lost on the way, nothing is lost for good: what was sent meanwhile waits, up to
    /// the proxy's buffer and those of the sockets, and comes in order when the hole closes.
    /// </summary>
    public bool BlackHole { get; init; }

    /// <summary>The connection is reset once so many bytes have been delivered this way since it began; null: never.</summary>
    public long? ResetAfterBytes { get; init; }
}

/// <summary>The state of the network between clients and their target.</summary>
public sealed record NetworkFaults
{
    public static NetworkFaults None { get; } = new();

    public DirectionFaults ToTarget { get; init; } = DirectionFaults.None;

    public DirectionFaults ToClient { get; init; } = DirectionFaults.None;

    /// <summary>New connections are reset as soon as they are accepted; those that stand stay.</summary>
    public bool RefuseConnections { get; init; }

    /// <summary>The same faults in both directions.</summary>
    public static NetworkFaults BothWays(DirectionFaults faults) => new() { ToTarget = faults, ToClient = faults };
}

/// <summary>How a connection that stands is broken.</summary>
public enum ConnectionCut
{
    /// <summary>Both ends get a reset.</summary>
    Reset,

    /// <summary>
    /// The client loses its connection; the target hears nothing of it, neither FIN nor RST: to it the connection stands, and whatever
    /// it sends is swallowed.
    /// </summary>
    ClientDies,

    /// <summary>The same the other way round: the client is the one that hears nothing.</summary>
    TargetDies,
}
