using System.Buffers.Binary;
using System.Text;

namespace AnyEcg.Mqtt.Conformance.Tests;

/// <summary>Writes packets for the scripted sides of the tests; checks nothing, so that it can write wrong ones too.</summary>
internal static class WireEncoder
{
    public static byte[] Encode(WirePacket packet, int level)
    {
        List<byte> body = [];
        int flags = packet.Flags;
        switch (packet)
        {
            case WireConnect connect:
                Connect(body, connect);
                break;
            case WireConnack connack:
                body.AddRange([(byte)(connack.SessionPresent ? 1 : 0), (byte)connack.Reason]);
                Properties(body, packet.Properties, level);
                break;
            case WirePublish publish:
                flags = (publish.Duplicate ? 8 : 0) | (publish.Qos << 1) | (publish.Retain ? 1 : 0);
                Publish(body, publish, level);
                break;
            case WireAck ack:
                Two(body, ack.Id);
                Tail(body, ack.Reason, packet, level);
                break;
            case WireSubscribe subscribe:
                Two(body, subscribe.Id);
                Properties(body, packet.Properties, level);
                foreach (WireFilter filter in subscribe.Filters)
                {
                    Text(body, filter.Filter);
                    body.Add((byte)filter.Options);
                }

                break;
            case WireUnsubscribe unsubscribe:
                Two(body, unsubscribe.Id);
                Properties(body, packet.Properties, level);
                foreach (string filter in unsubscribe.Filters)
                    Text(body, filter);
                break;
            case WireAnswer answer:
                Two(body, answer.Id);
                Properties(body, packet.Properties, level);
                body.AddRange(answer.Reasons.Select(reason => (byte)reason));
                break;
            case WireDisconnect disconnect:
                Tail(body, disconnect.Reason, packet, level);
                break;
            case WireAuth auth:
                Tail(body, auth.Reason, packet, level);
                break;
            default:
                break;
        }

        return Frame((byte)(((int)packet.Type << 4) | flags), [.. body]);
    }

    /// <summary>A packet of any content: first byte, remaining length, body.</summary>
    public static byte[] Frame(byte header, params byte[] body)
    {
        List<byte> packet = [header];
        Variable(packet, body.Length);
        packet.AddRange(body);
        return [.. packet];
    }

    private static void Connect(List<byte> body, WireConnect connect)
    {
        int flags = connect.ConnectFlags | (connect.Clean ? 2 : 0) | (connect.UserName is null ? 0 : 0x80)
            | (connect.Password is null ? 0 : 0x40);
        if (connect.Will is { } w)
            flags |= 4 | (w.Qos << 3) | (w.Retain ? 0x20 : 0);
        Text(body, "MQTT");
        body.AddRange([(byte)connect.Level, (byte)flags]);
        Two(body, connect.KeepAlive);
        Properties(body, connect.Properties, connect.Level);
        Text(body, connect.ClientId);
        if (connect.Will is { } will)
        {
            Properties(body, will.Properties, connect.Level);
            Text(body, will.Topic);
            Data(body, will.Payload);
        }

        if (connect.UserName is { } user)
            Text(body, user);
        if (connect.Password is { } password)
            Data(body, password);
    }

    private static void Publish(List<byte> body, WirePublish publish, int level)
    {
        Text(body, publish.Topic);
        if (publish.Qos > 0)
            Two(body, publish.Id);
        Properties(body, publish.Properties, level);
        body.AddRange(publish.Payload);
    }

    private static void Tail(List<byte> body, int reason, WirePacket packet, int level)
    {
        if (level < 5 || (reason == 0 && packet.Properties.Count == 0))
            return;
        body.Add((byte)reason);
        Properties(body, packet.Properties, level);
    }

    private static void Properties(List<byte> body, IReadOnlyList<WireProperty> properties, int level)
    {
        if (level < 5)
            return;
        List<byte> list = [];
        foreach (WireProperty property in properties)
        {
            Variable(list, property.Id);
            Property(list, property);
        }

        Variable(body, list.Count);
        body.AddRange(list);
    }

    private static void Property(List<byte> list, WireProperty property)
    {
        switch (WireProperties.KindOf(property.Id))
        {
            case WireKind.Byte:
                list.Add((byte)property.Number);
                break;
            case WireKind.Two:
                Two(list, (int)property.Number);
                break;
            case WireKind.Four:
                byte[] four = new byte[4];
                BinaryPrimitives.WriteUInt32BigEndian(four, (uint)property.Number);
                list.AddRange(four);
                break;
            case WireKind.Variable:
                Variable(list, (int)property.Number);
                break;
            case WireKind.Text:
                Text(list, property.Text);
                break;
            case WireKind.Data:
                Data(list, property.Data!);
                break;
            default:
                Text(list, property.Name);
                Text(list, property.Text);
                break;
        }
    }

    private static void Text(List<byte> body, string text) => Data(body, Encoding.UTF8.GetBytes(text));

    private static void Data(List<byte> body, byte[] data)
    {
        Two(body, data.Length);
        body.AddRange(data);
    }

    private static void Two(List<byte> body, int value) => body.AddRange([(byte)(value >> 8), (byte)value]);

    private static void Variable(List<byte> body, int value)
    {
        do
        {
            int low = value & 0x7F;
            value >>= 7;
            body.Add((byte)(value > 0 ? low | 0x80 : low));
        }
        while (value > 0);
    }
}
