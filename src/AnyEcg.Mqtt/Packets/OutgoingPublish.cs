namespace AnyEcg.Mqtt;

/// <summary>A PUBLISH to send.</summary>
internal readonly struct OutgoingPublish(MqttMessage message, ushort packetId, bool duplicate) : IOutgoingPacket
{
    public void WriteTo(PacketWriter writer)
    {
        writer.Begin(PacketType.Publish, Flags(message.Qos, message.Retain, duplicate));
        writer.WriteString(message.Topic);
        if (message.Qos != MqttQos.AtMostOnce)
            writer.WriteUInt16(packetId);
        int properties = writer.BeginProperties();
        writer.WriteMessageProperties(message);
        writer.EndProperties(properties);
        writer.WriteRaw(message.Payload.Span);
        writer.End();
    }

    public static byte Flags(MqttQos qos, bool retain, bool duplicate) =>
        (byte)((duplicate ? 8 : 0) | ((byte)qos << 1) | (retain ? 1 : 0));
}
