namespace AnyEcg.Mqtt;

/// <summary>UNSUBSCRIBE (MQTT 5.0, section 3.10).</summary>
internal sealed record UnsubscribePacket(ushort PacketId, IReadOnlyList<string> Filters) : IOutgoingPacket
{
    public void WriteTo(PacketWriter writer)
    {
        writer.Begin(PacketType.Unsubscribe, 2);
        writer.WriteUInt16(PacketId);
        writer.EndProperties(writer.BeginProperties());
        foreach (string filter in Filters)
            writer.WriteString(filter);
        writer.End();
    }

    public static UnsubscribePacket Parse(ReadOnlySpan<byte> body, MqttVersion version)
    {
        PacketReader reader = new(body);
        ushort id = reader.ReadPacketId();
        PropertyReader properties = new(reader.ReadPropertyBlock(version));
        while (properties.TryReadId(out PropertyId property))
        {
            if (property != PropertyId.UserProperty)
                throw PropertyReader.Unexpected(property);
            properties.SkipUserProperty();
        }

        if (reader.IsEmpty)
            throw MqttProtocolException.Protocol("no topic filter");
        List<string> filters = [];
        do
        {
            filters.Add(reader.ReadString());
        }
        while (!reader.IsEmpty);
        return new UnsubscribePacket(id, filters);
    }
}
