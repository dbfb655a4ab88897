namespace AnyEcg.Mqtt;

/// <summary>
/// The QoS 2 publishes of one client that have been received and not released: a repeat of one of them is not routed again. They
/// stay with the session; towards the Receive Maximum counts what came on the present connection. At most 65,535. Broker lock only.
/// </summary>
internal sealed class ReceivedIds
{
    private readonly HashSet<ushort> received = [];
    private readonly HashSet<ushort> open = [];

    /// <summary>Received on this connection and not released.</summary>
    public int Open => open.Count;

    public bool Contains(ushort packetId) => received.Contains(packetId);

    /// <summary>A new connection: none of its publishes has come yet.</summary>
    public void BeginConnection() => open.Clear();

    /// <summary>A QoS 2 publish was taken, or one taken before came again.</summary>
    public void Add(ushort packetId)
    {
        received.Add(packetId);
        open.Add(packetId);
    }

    /// <summary>PUBREL; false: unknown.</summary>
    public bool Release(ushort packetId)
    {
        open.Remove(packetId);
        return received.Remove(packetId);
    }
}
