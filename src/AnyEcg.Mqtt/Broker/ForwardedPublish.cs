namespace AnyEcg.Mqtt;

/// <summary>A stored message on its way to one subscriber.</summary>
internal readonly struct ForwardedPublish(Delivery delivery, ushort packetId, bool duplicate, uint? secondsLeft) : IOutgoingPacket
{
    public void WriteTo(PacketWriter writer)
    {
        StoredMessage message = delivery.Message;
        writer.Begin(PacketType.Publish, OutgoingPublish.Flags(delivery.Qos, delivery.Retain, duplicate));
        writer.WriteBinary(message.TopicBytes);
        if (delivery.Qos != MqttQos.AtMostOnce)
            writer.WriteUInt16(packetId);
        int properties = writer.BeginProperties();
        writer.WriteProperty(PropertyId.MessageExpiryInterval, secondsLeft);
        writer.WriteRaw(message.Properties);
        writer.EndProperties(properties);
        writer.WriteRaw(message.Payload);
        writer.End();
    }
}
