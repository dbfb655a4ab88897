namespace AnyEcg.Mqtt.Conformance.Tests;

/// <summary>One line of a recording.</summary>
/// <param name="Index">Position on the tape.</param>
/// <param name="Connection">Number of the TCP connection, from 1.</param>
/// <param name="FromClient">Who sent it, or closed.</param>
/// <param name="Packet">The packet; null: this side closed its half.</param>
/// <param name="At">Time since the tape began.</param>
internal sealed record TapeEntry(int Index, int Connection, bool FromClient, WirePacket? Packet, TimeSpan At)
{
    /// <summary>Kept back by the tap; the other side never saw it.</summary>
    public bool Swallowed { get; init; }
}

/// <summary>What went over the wire between clients and one broker, in the order seen. Any thread.</summary>
internal sealed class Tape
{
    private readonly Lock gate = new();
    private readonly List<TapeEntry> entries = [];
    private readonly long start = TimeProvider.System.GetTimestamp();

    public IReadOnlyList<TapeEntry> Entries
    {
        get
        {
            lock (gate)
                return [.. entries];
        }
    }

    public void Add(int connection, bool fromClient, WirePacket? packet, bool swallowed = false)
    {
        TimeSpan at = TimeProvider.System.GetElapsedTime(start);
        lock (gate)
            entries.Add(new TapeEntry(entries.Count, connection, fromClient, packet, at) { Swallowed = swallowed });
    }

    /// <summary>Packets of one kind that clients sent.</summary>
    public List<T> Sent<T>(Func<T, bool>? where = null)
        where T : WirePacket => Packets(true, where);

    /// <summary>Packets of one kind that the broker sent and the clients saw.</summary>
    public List<T> Received<T>(Func<T, bool>? where = null)
        where T : WirePacket => Packets(false, where);

    /// <summary>Connections of the client with this id, in order.</summary>
    public List<int> ConnectionsOf(string clientId) =>
        [.. Entries.Where(e => e.Packet is WireConnect connect && connect.ClientId == clientId).Select(e => e.Connection)];

    public List<TapeEntry> Of(int connection) => [.. Entries.Where(e => e.Connection == connection)];

    /// <summary>Packets of one kind that the client sent on one connection.</summary>
    public List<T> SentOn<T>(int connection)
        where T : WirePacket => [.. Of(connection).Where(e => e.FromClient).Select(e => e.Packet).OfType<T>()];

    /// <summary>Waits until so many lines fit.</summary>
    public async Task<List<TapeEntry>> WaitAsync(Func<TapeEntry, bool> condition, int count = 1)
    {
        await UntilAsync(() => Entries.Count(condition) >= count);
        return [.. Entries.Where(condition)];
    }

    /// <summary>Waits until something holds of the whole tape.</summary>
    public async Task UntilAsync(Func<bool> condition)
    {
        try
        {
            await Budget.UntilAsync(condition);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"waited in vain; the tape:\n{this}");
        }
    }

    public override string ToString() => string.Join('\n', Entries.Select(e =>
        $"{e.Connection} {(e.FromClient ? "->" : "<-")} {e.Packet?.ToString() ?? "closed"}{(e.Swallowed ? " (swallowed)" : "")}"));

    private List<T> Packets<T>(bool fromClient, Func<T, bool>? where)
        where T : WirePacket =>
    [
        .. Entries.Where(e => e.FromClient == fromClient && (fromClient || !e.Swallowed))
            .Select(e => e.Packet).OfType<T>().Where(where ?? (_ => true)),
    ];
}
