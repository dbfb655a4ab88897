namespace AnyEcg.Mqtt;

/// <summary>Writes properties; a value that equals its default is left out.</summary>
internal static class PacketWriterProperties
{
    public static void WriteProperty(this PacketWriter writer, PropertyId id, byte value)
    {
        writer.WriteByte((byte)id);
        writer.WriteByte(value);
    }

    public static void WriteProperty(this PacketWriter writer, PropertyId id, ushort? value)
    {
        if (value is not { } present)
            return;
        writer.WriteByte((byte)id);
        writer.WriteUInt16(present);
    }

    public static void WriteProperty(this PacketWriter writer, PropertyId id, uint? value)
    {
        if (value is not { } present)
            return;
        writer.WriteByte((byte)id);
        writer.WriteUInt32(present);
    }

    public static void WriteProperty(this PacketWriter writer, PropertyId id, string? value)
    {
        if (value is null)
            return;
        writer.WriteByte((byte)id);
        writer.WriteString(value);
    }

    public static void WriteProperty(this PacketWriter writer, PropertyId id, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
            return;
        writer.WriteByte((byte)id);
        writer.WriteBinary(value);
    }

    /// <summary>A Subscription Identifier, 1 to 268,435,455.</summary>
    public static void WriteIdentifier(this PacketWriter writer, uint identifier)
    {
        writer.WriteByte((byte)PropertyId.SubscriptionIdentifier);
        Span<byte> bytes = stackalloc byte[VariableInteger.Size(identifier)];
        VariableInteger.Write(bytes, identifier);
        writer.WriteRaw(bytes);
    }

    public static void WriteUserProperties(this PacketWriter writer, IReadOnlyList<KeyValuePair<string, string>> properties)
    {
        for (int i = 0; i < properties.Count; i++)
        {
            writer.WriteByte((byte)PropertyId.UserProperty);
            writer.WriteString(properties[i].Key);
            writer.WriteString(properties[i].Value);
        }
    }

    /// <summary>The properties that a PUBLISH and a Will have in common.</summary>
    public static void WriteMessageProperties(this PacketWriter writer, MqttMessage message)
    {
        if (message.PayloadIsUtf8)
            writer.WriteProperty(PropertyId.PayloadFormatIndicator, 1);
        writer.WriteProperty(PropertyId.MessageExpiryInterval, Seconds.From(message.MessageExpiry));
        writer.WriteProperty(PropertyId.ContentType, message.ContentType);
        writer.WriteProperty(PropertyId.ResponseTopic, message.ResponseTopic);
        writer.WriteProperty(PropertyId.CorrelationData, message.CorrelationData.Span);
        writer.WriteUserProperties(message.UserProperties);
    }
}
