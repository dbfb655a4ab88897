namespace AnyEcg.Mqtt;

/// <summary>What the broker announced in its CONNACK about messages sent to it.</summary>
internal sealed record BrokerLimits(int ReceiveMaximum, MqttQos MaximumQos, bool RetainAvailable)
{
    public static BrokerLimits From(ConnackPacket connack) => new(
        connack.ReceiveMaximum,
        (MqttQos)connack.MaximumQos,
        connack.RetainAvailable);

    /// <summary>Null, or why the broker will not take the message.</summary>
    public MqttPublishException? Refusal(MqttMessage message)
    {
        if (message.Qos > MaximumQos)
            return new MqttPublishException(MqttReasonCode.QosNotSupported, $"the broker takes no QoS {(int)message.Qos}");
        if (message.Retain && !RetainAvailable)
            return new MqttPublishException(MqttReasonCode.RetainNotSupported, "the broker retains no messages");
        return null;
    }

    public static MqttPublishException TooLarge() =>
        new(MqttReasonCode.PacketTooLarge, "the message is larger than the broker accepts");
}
