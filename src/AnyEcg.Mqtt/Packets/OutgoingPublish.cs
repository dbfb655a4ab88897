namespace AnyEcg.Mqtt;

/// <summary>A PUBLISH to send.</summary>
/// <param name="message">Topic, payload and properties.</param>
/// <param name="packetId">Not 0 at level 1 or 2.</param>
/// <param name="duplicate">It was sent before.</param>
/// <param name="alias">A topic alias to announce or use; the default is none.</param>
internal readonly struct OutgoingPublish(MqttMessage message, ushort packetId, bool duplicate, TopicAlias alias = default)
    : IOutgoingPacket
{
    public void WriteTo(PacketWriter writer)
    {
        writer.Begin(PacketType.Publish, Flags(message.Qos, message.Retain, duplicate));
        writer.WriteString(alias.IsKnown ? "" : message.Topic);
        if (message.Qos != MqttQos.AtMostOnce)
            writer.WriteUInt16(packetId);
        int properties = writer.BeginProperties();
        if (alias.Number != 0)
            writer.WriteProperty(PropertyId.TopicAlias, alias.Number);
        writer.WriteMessageProperties(message);
        writer.EndProperties(properties);
        writer.WriteRaw(message.Payload.Span);
        writer.End();
    }

    public static byte Flags(MqttQos qos, bool retain, bool duplicate) =>
        (byte)((duplicate ? 8 : 0) | ((byte)qos << 1) | (retain ? 1 : 0));
}

/// <summary>Stands for a topic name on one connection (MQTT 5.0, section 3.3.2.3.4).</summary>
/// <param name="Number">1 to the receiver's Topic Alias Maximum; 0: none.</param>
/// <param name="IsKnown">The receiver has the name already, so that it is left out.</param>
internal readonly record struct TopicAlias(ushort Number, bool IsKnown);
