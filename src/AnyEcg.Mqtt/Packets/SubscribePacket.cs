namespace AnyEcg.Mqtt;

/// <summary>SUBSCRIBE (MQTT 5.0, section 3.8).</summary>
/// <param name="PacketId">Repeated by the SUBACK.</param>
/// <param name="Subscriptions">At least one; the level may be 2 in a received packet.</param>
/// <param name="Identifier">Subscription Identifier, or 0 for none.</param>
internal sealed record SubscribePacket(ushort PacketId, IReadOnlyList<MqttSubscription> Subscriptions, uint Identifier = 0)
    : IOutgoingPacket
{
    public void WriteTo(PacketWriter writer)
    {
        writer.Begin(PacketType.Subscribe, 2);
        writer.WriteUInt16(PacketId);
        writer.EndProperties(writer.BeginProperties());
        foreach (MqttSubscription subscription in Subscriptions)
        {
            writer.WriteString(subscription.Filter);
            writer.WriteByte((byte)((byte)subscription.Qos
                | (subscription.NoLocal ? 4 : 0)
                | (subscription.RetainAsPublished ? 8 : 0)
                | ((byte)subscription.RetainHandling << 4)));
        }

        writer.End();
    }

    public static SubscribePacket Parse(ReadOnlySpan<byte> body)
    {
        PacketReader reader = new(body);
        ushort id = reader.ReadPacketId();
        uint identifier = ParseProperties(reader.ReadPropertyBlock());
        if (reader.IsEmpty)
            throw MqttProtocolException.Protocol("no topic filter");
        List<MqttSubscription> subscriptions = [];
        do
        {
            subscriptions.Add(ParseSubscription(reader.ReadString(), reader.ReadByte()));
        }
        while (!reader.IsEmpty);
        return new SubscribePacket(id, subscriptions, identifier);
    }

    private static MqttSubscription ParseSubscription(string filter, byte options)
    {
        int qos = options & 3;
        int retainHandling = (options >> 4) & 3;
        if (qos == 3 || retainHandling == 3 || (options & 0xC0) != 0)
            throw MqttProtocolException.Malformed("invalid subscription options");
        return new MqttSubscription(
            filter, (MqttQos)qos, (MqttRetainHandling)retainHandling, (options & 4) != 0, (options & 8) != 0);
    }

    private static uint ParseProperties(ReadOnlySpan<byte> block)
    {
        uint identifier = 0;
        PropertyReader reader = new(block);
        while (reader.TryReadId(out PropertyId id))
        {
            if (id == PropertyId.UserProperty)
                reader.SkipUserProperty();
            else if (id != PropertyId.SubscriptionIdentifier)
                throw PropertyReader.Unexpected(id);
            else if (identifier != 0 || (identifier = reader.Value.ReadVariableInteger()) == 0)
                throw MqttProtocolException.Protocol("a subscription identifier is 0 or occurs twice");
        }

        return identifier;
    }
}
