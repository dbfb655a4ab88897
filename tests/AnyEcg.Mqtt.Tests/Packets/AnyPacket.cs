namespace AnyEcg.Mqtt.Tests;

/// <summary>Parses whatever a byte stream holds, as a peer of either kind would.</summary>
internal static class AnyPacket
{
    /// <summary>Returns the number of whole packets; an incomplete one at the end is left.</summary>
    public static int ParseAll(byte[] bytes, uint maximumSize, MqttVersion version = MqttVersion.V5)
    {
        ReadOnlySpan<byte> rest = bytes;
        int count = 0;
        while (FrameReader.TryRead(ref rest, maximumSize, out byte header, out ReadOnlySpan<byte> body))
        {
            Parse(header, body, version);
            count++;
        }

        return count;
    }

    public static void Parse(byte header, ReadOnlySpan<byte> body, MqttVersion version)
    {
        PacketType type = (PacketType)(header >> 4);
        switch (type)
        {
            case PacketType.Connect:
                ConnectPacket.Parse(body);
                break;
            case PacketType.Connack:
                ConnackPacket.Parse(body, version);
                break;
            case PacketType.Publish:
                _ = PublishPacket.Parse(header, body, version, topicAliasMaximum: 10);
                break;
            case PacketType.Puback or PacketType.Pubrec or PacketType.Pubrel or PacketType.Pubcomp:
                AckPacket.Parse(type, body, version);
                break;
            case PacketType.Subscribe:
                SubscribePacket.Parse(body, version);
                break;
            case PacketType.Suback or PacketType.Unsuback:
                SubackPacket.Parse(type, body, version);
                break;
            case PacketType.Unsubscribe:
                UnsubscribePacket.Parse(body, version);
                break;
            case PacketType.Disconnect:
                DisconnectPacket.Parse(body, version);
                break;
            default:
                break;
        }
    }
}
