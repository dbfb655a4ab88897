namespace AnyEcg.Mqtt;

/// <summary>
/// A received message, lent to <see cref="IMqttReceiver.OnMessage"/> for the length of the call. Topic and content type come
/// from a bounded cache, so that a message on a known topic allocates nothing.
/// </summary>
public readonly ref struct MqttInbound
{
    public required string Topic { get; init; }

    public required ReadOnlySpan<byte> Payload { get; init; }

    public MqttQos Qos { get; init; }

    /// <summary>Sent because it was retained when the subscription was made.</summary>
    public bool Retain { get; init; }

    /// <summary>The broker sent it before; set only on redelivery, not a proof of a duplicate.</summary>
    public bool Duplicate { get; init; }

    public bool PayloadIsUtf8 { get; init; }

    public string? ContentType { get; init; }

    public string? ResponseTopic { get; init; }

    public ReadOnlySpan<byte> CorrelationData { get; init; }

    /// <summary>User properties in the order sent.</summary>
    public MqttUserProperties UserProperties { get; init; }

    /// <summary>Identifiers of the subscriptions it matched, as given in <see cref="MqttSubscription.Identifier"/>.</summary>
    public MqttSubscriptionIds SubscriptionIds { get; init; }

    /// <summary>Pass it to <see cref="IMqttConnection.Acknowledge"/> when the message is safe.</summary>
    public MqttAckToken Ack { get; init; }
}
