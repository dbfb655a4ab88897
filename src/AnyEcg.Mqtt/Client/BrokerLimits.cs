namespace AnyEcg.Mqtt;

/// <summary>What the broker announced in its CONNACK about what it takes. A 3.1.1 broker announces nothing, and takes all.</summary>
internal sealed record BrokerLimits
{
    public int ReceiveMaximum { get; init; }

    public MqttQos MaximumQos { get; init; } = MqttQos.ExactlyOnce;

    public bool RetainAvailable { get; init; } = true;

    public ushort TopicAliasMaximum { get; init; }

    public bool WildcardSubscriptions { get; init; } = true;

    public bool SubscriptionIdentifiers { get; init; } = true;

    public bool SharedSubscriptions { get; init; } = true;

    public static BrokerLimits From(ConnackPacket connack) => new()
    {
        ReceiveMaximum = connack.ReceiveMaximum,
        MaximumQos = (MqttQos)connack.MaximumQos,
        RetainAvailable = connack.RetainAvailable,
        TopicAliasMaximum = connack.TopicAliasMaximum,
        WildcardSubscriptions = connack.WildcardSubscriptionsAvailable,
        SubscriptionIdentifiers = connack.SubscriptionIdentifiersAvailable,
        SharedSubscriptions = connack.SharedSubscriptionsAvailable,
    };

    /// <summary>Null, or why the broker will not take the message.</summary>
    public MqttPublishException? Refusal(MqttMessage message)
    {
        if (message.Qos > MaximumQos)
            return new MqttPublishException(MqttReasonCode.QosNotSupported, $"the broker takes QoS {(int)MaximumQos} at most");
        if (message.Retain && !RetainAvailable)
            return new MqttPublishException(MqttReasonCode.RetainNotSupported, "the broker retains no messages");
        return null;
    }

    /// <summary>Success, or why the broker will not take the subscription.</summary>
    public MqttReasonCode Refusal(MqttSubscription subscription)
    {
        if (!SharedSubscriptions && MqttTopic.IsShared(subscription.Filter))
            return MqttReasonCode.SharedSubscriptionsNotSupported;
        if (!WildcardSubscriptions && subscription.Filter.AsSpan().ContainsAny('+', '#'))
            return MqttReasonCode.WildcardSubscriptionsNotSupported;
        if (!SubscriptionIdentifiers && subscription.Identifier != 0)
            return MqttReasonCode.SubscriptionIdentifiersNotSupported;
        return MqttReasonCode.Success;
    }

    public static MqttPublishException TooLarge() =>
        new(MqttReasonCode.PacketTooLarge, "the message is larger than the broker accepts");
}
