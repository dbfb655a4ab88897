namespace AnyEcg.Mqtt;

/// <summary>What a broker announced of itself in its CONNACK (MQTT 5.0, section 3.2.2.3). A 3.1.1 broker announces nothing.</summary>
public sealed record MqttAnnouncement
{
    /// <summary>Unacknowledged QoS 1 and 2 messages that it takes at a time.</summary>
    public required int ReceiveMaximum { get; init; }

    public required MqttQos MaximumQos { get; init; }

    public required bool RetainAvailable { get; init; }

    /// <summary>Bytes; null: no limit of its own.</summary>
    public required uint? MaximumPacketSize { get; init; }

    public required int TopicAliasMaximum { get; init; }

    /// <summary>Null: as the client asked.</summary>
    public required TimeSpan? ServerKeepAlive { get; init; }

    public required bool WildcardSubscriptions { get; init; }

    public required bool SharedSubscriptions { get; init; }

    public required bool SubscriptionIdentifiers { get; init; }

    internal static MqttAnnouncement Of(ConnackPacket connack) => new()
    {
        ReceiveMaximum = connack.ReceiveMaximum,
        MaximumQos = (MqttQos)connack.MaximumQos,
        RetainAvailable = connack.RetainAvailable,
        MaximumPacketSize = connack.MaximumPacketSize == uint.MaxValue ? null : connack.MaximumPacketSize,
        TopicAliasMaximum = connack.TopicAliasMaximum,
        ServerKeepAlive = connack.ServerKeepAlive is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        WildcardSubscriptions = connack.WildcardSubscriptionsAvailable,
        SharedSubscriptions = connack.SharedSubscriptionsAvailable,
        SubscriptionIdentifiers = connack.SubscriptionIdentifiersAvailable,
    };
}
