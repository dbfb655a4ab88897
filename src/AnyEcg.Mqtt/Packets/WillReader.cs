using System.Text;

namespace AnyEcg.Mqtt;

/// <summary>Reads the Will out of a CONNECT: its properties, topic and payload (MQTT 5.0, sections 3.1.3.2 to 3.1.3.4).</summary>
internal static class WillReader
{
    public static ConnectPacket Read(ConnectPacket packet, ConnectFlags flags, ref PacketReader reader)
    {
        uint delay = 0;
        MqttMessage will = ReadProperties(reader.ReadPropertyBlock(packet.Version), ref delay);
        string topic = reader.ReadString();
        if (!MqttTopic.IsValidName(topic))
            throw new MqttProtocolException(MqttReasonCode.TopicNameInvalid, "the Will's topic name is empty or has wildcards");
        will = will with
        {
            Topic = topic,
            Payload = reader.ReadBinary().ToArray(),
            Qos = (MqttQos)((int)(flags & ConnectFlags.WillQos) >> 3),
            Retain = flags.HasFlag(ConnectFlags.WillRetain),
        };
        return packet with { Will = will, WillDelay = delay };
    }

    private static MqttMessage ReadProperties(ReadOnlySpan<byte> block, ref uint delay)
    {
        MqttMessage will = new() { Topic = "" };
        List<KeyValuePair<string, string>> userProperties = [];
        PropertyReader reader = new(block);
        while (reader.TryReadId(out PropertyId id))
        {
            if (id == PropertyId.WillDelayInterval)
                delay = reader.Value.ReadUInt32();
            else if (id == PropertyId.UserProperty)
                userProperties.Add(new(reader.Value.ReadString(), reader.Value.ReadString()));
            else
                will = ReadProperty(will, id, ref reader);
        }

        return will with { UserProperties = userProperties };
    }

    private static MqttMessage ReadProperty(MqttMessage will, PropertyId id, ref PropertyReader reader) => id switch
    {
        PropertyId.PayloadFormatIndicator => will with { PayloadIsUtf8 = reader.Value.ReadBool() },
        PropertyId.MessageExpiryInterval => will with { MessageExpiry = TimeSpan.FromSeconds(reader.Value.ReadUInt32()) },
        PropertyId.ContentType => will with { ContentType = Encoding.UTF8.GetString(reader.Value.ReadUtf8()) },
        PropertyId.ResponseTopic => will with { ResponseTopic = Encoding.UTF8.GetString(PublishPacket.ReadResponseTopic(ref reader)) },
        PropertyId.CorrelationData => will with { CorrelationData = reader.Value.ReadBinary().ToArray() },
        _ => throw PropertyReader.Unexpected(id),
    };
}
