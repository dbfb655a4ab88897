using System.Buffers;

namespace AnyEcg.Mqtt.Tests;

/// <summary>Parses whatever a byte stream holds, as a peer of either kind would.</summary>
internal static class AnyPacket
{
    /// <summary>Returns the number of whole packets; an incomplete one at the end is left.</summary>
    public static int ParseAll(byte[] bytes, uint maximumSize)
    {
        ReadOnlySequence<byte> rest = new(bytes);
        int count = 0;
        while (FrameReader.TryRead(ref rest, maximumSize, out byte header, out ReadOnlySequence<byte> body))
        {
            Parse(header, body.FirstSpan);
            count++;
        }

        return count;
    }

    public static void Parse(byte header, ReadOnlySpan<byte> body)
    {
        switch ((PacketType)(header >> 4))
        {
            case PacketType.Connect:
                ConnectPacket.Parse(body);
                break;
            case PacketType.Connack:
                ConnackPacket.Parse(body);
                break;
            case PacketType.Publish:
                _ = PublishPacket.Parse(header, body);
                break;
            case PacketType.Puback:
                PubackPacket.Parse(body);
                break;
            case PacketType.Subscribe:
                SubscribePacket.Parse(body);
                break;
            case PacketType.Suback or PacketType.Unsuback:
                SubackPacket.Parse((PacketType)(header >> 4), body);
                break;
            case PacketType.Unsubscribe:
                UnsubscribePacket.Parse(body);
                break;
            case PacketType.Disconnect:
                DisconnectPacket.Parse(body);
                break;
            default:
                break;
        }
    }
}
