namespace AnyEcg.Mqtt;

/// <summary>Why a link ended: the first cause wins.</summary>
/// <param name="ReasonCode">Reason in the protocol's terms.</param>
/// <param name="Reason">The same in words.</param>
internal sealed record LinkEnd(MqttReasonCode ReasonCode, string Reason)
{
    /// <summary>The peer closed the stream in order, without saying why.</summary>
    public bool ClosedByPeer { get; init; }

    /// <summary>Another server that the peer named.</summary>
    public string? ServerReference { get; init; }
}
