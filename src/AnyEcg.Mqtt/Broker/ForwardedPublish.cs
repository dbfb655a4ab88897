namespace AnyEcg.Mqtt;

/// <summary>A stored message on its way to one subscriber.</summary>
/// <param name="delivery">What, and with which flags.</param>
/// <param name="packetId">Not 0 at level 1 or 2.</param>
/// <param name="duplicate">It was sent before.</param>
/// <param name="secondsLeft">Message Expiry Interval as it stands now; null: none.</param>
/// <param name="alias">A topic alias to announce or use; the default is none.</param>
internal readonly struct ForwardedPublish(in Delivery delivery, ushort packetId, bool duplicate, uint? secondsLeft, TopicAlias alias)
    : IOutgoingPacket
{
    private readonly Delivery delivery = delivery;

    public void WriteTo(PacketWriter writer)
    {
        StoredMessage message = delivery.Message;
        writer.Begin(PacketType.Publish, OutgoingPublish.Flags(delivery.Qos, delivery.Retain, duplicate));
        writer.WriteBinary(alias.IsKnown ? [] : message.TopicBytes);
        if (delivery.Qos != MqttQos.AtMostOnce)
            writer.WriteUInt16(packetId);
        int properties = writer.BeginProperties();
        writer.WriteProperty(PropertyId.MessageExpiryInterval, secondsLeft);
        if (alias.Number != 0)
            writer.WriteProperty(PropertyId.TopicAlias, alias.Number);
        delivery.Ids.WriteTo(writer);
        writer.WriteRaw(message.Properties);
        writer.EndProperties(properties);
        writer.WriteRaw(message.Payload);
        writer.End();
    }
}
