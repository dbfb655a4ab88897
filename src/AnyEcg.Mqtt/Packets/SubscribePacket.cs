namespace AnyEcg.Mqtt;

/// <summary>SUBSCRIBE (MQTT 5.0, section 3.8). Version 3.1.1 carries the filters and their levels only.</summary>
/// <param name="PacketId">Repeated by the SUBACK.</param>
/// <param name="Subscriptions">At least one.</param>
/// <param name="Identifier">Subscription Identifier, or 0 for none.</param>
internal sealed record SubscribePacket(ushort PacketId, IReadOnlyList<MqttSubscription> Subscriptions, uint Identifier = 0)
    : IOutgoingPacket
{
    public void WriteTo(PacketWriter writer)
    {
        writer.Begin(PacketType.Subscribe, 2);
        writer.WriteUInt16(PacketId);
        int properties = writer.BeginProperties();
        if (Identifier != 0)
            writer.WriteIdentifier(Identifier);
        writer.EndProperties(properties);
        foreach (MqttSubscription subscription in Subscriptions)
        {
            writer.WriteString(subscription.Filter);
            writer.WriteByte(writer.Version == MqttVersion.V5 ? Options(subscription) : (byte)subscription.Qos);
        }

        writer.End();
    }

    public static SubscribePacket Parse(ReadOnlySpan<byte> body, MqttVersion version)
    {
        PacketReader reader = new(body);
        ushort id = reader.ReadPacketId();
        uint identifier = ParseProperties(reader.ReadPropertyBlock(version));
        if (reader.IsEmpty)
            throw MqttProtocolException.Protocol("no topic filter");
        List<MqttSubscription> subscriptions = [];
        do
        {
            subscriptions.Add(ParseSubscription(reader.ReadString(), reader.ReadByte(), version) with { Identifier = identifier });
        }
        while (!reader.IsEmpty);
        return new SubscribePacket(id, subscriptions, identifier);
    }

    private static byte Options(MqttSubscription subscription) => (byte)((byte)subscription.Qos
        | (subscription.NoLocal ? 4 : 0)
        | (subscription.RetainAsPublished ? 8 : 0)
        | ((byte)subscription.RetainHandling << 4));

    private static MqttSubscription ParseSubscription(string filter, byte options, MqttVersion version)
    {
        int qos = options & 3;
        int retainHandling = (options >> 4) & 3;
        int reserved = version == MqttVersion.V5 ? 0xC0 : 0xFC;
        if (qos == 3 || retainHandling == 3 || (options & reserved) != 0)
            throw MqttProtocolException.Malformed("invalid subscription options");
        bool noLocal = (options & 4) != 0;
        if (noLocal && MqttTopic.IsShared(filter))
            throw MqttProtocolException.Protocol("'no local' on a shared subscription");
        return new MqttSubscription(filter, (MqttQos)qos, (MqttRetainHandling)retainHandling, noLocal, (options & 8) != 0);
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
