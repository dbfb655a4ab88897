using System.Net;
using System.Net.Sockets;

namespace AnyEcg.Mqtt.Tests;

/// <summary>One end of a TCP connection that sends and reads single packets, or any bytes, under the test's control.</summary>
internal sealed class RawPeer(TcpClient client) : IDisposable
{
    private readonly NetworkStream stream = client.GetStream();

    /// <summary>Level in which packets are written and read.</summary>
    public MqttVersion Version { get; set; } = MqttVersion.V5;

    public static async Task<RawPeer> ConnectAsync(int port)
    {
        TcpClient client = new() { NoDelay = true };
        await client.ConnectAsync(IPAddress.Loopback, port, Budget.Token);
        return new RawPeer(client);
    }

    /// <summary>Connects and sends a CONNECT; returns after the CONNACK.</summary>
    public static async Task<RawPeer> LogInAsync(int port, ConnectPacket connect)
    {
        RawPeer peer = await ConnectAsync(port);
        peer.Version = connect.Version;
        await peer.SendAsync(connect);
        ConnackPacket connack = ConnackPacket.Parse(await peer.ExpectAsync(PacketType.Connack), connect.Version);
        Assert.Equal(MqttReasonCode.Success, connack.ReasonCode);
        return peer;
    }

    public Task SendAsync(IOutgoingPacket packet)
    {
        PacketWriter writer = new() { Version = Version };
        packet.WriteTo(writer);
        return SendAsync(writer.Written.ToArray());
    }

    /// <summary>Reads one packet of this type for one message.</summary>
    public async Task<AckPacket> ExpectAckAsync(PacketType type) =>
        AckPacket.Parse(type, await ExpectAsync(type), Version);

    public Task SendAsync(params byte[] bytes) => stream.WriteAsync(bytes, Budget.Token).AsTask();

    public async Task<(byte Header, byte[] Body)?> ReadAsync()
    {
        byte[] one = new byte[1];
        if (await stream.ReadAsync(one, Budget.Token) == 0)
            return null;
        byte header = one[0];
        int length = 0;
        int shift = 0;
        do
        {
            await stream.ReadExactlyAsync(one, Budget.Token);
            length |= (one[0] & 0x7F) << shift;
            shift += 7;
        }
        while (one[0] >= 0x80);
        byte[] body = new byte[length];
        await stream.ReadExactlyAsync(body, Budget.Token);
        return (header, body);
    }

    /// <summary>Reads an HTTP answer up to its empty line.</summary>
    public async Task<string> ReadHeadAsync()
    {
        List<byte> head = [];
        byte[] one = new byte[1];
        while (!System.Runtime.InteropServices.CollectionsMarshal.AsSpan(head).EndsWith("\r\n\r\n"u8))
        {
            await stream.ReadExactlyAsync(one, Budget.Token);
            head.Add(one[0]);
        }

        return System.Text.Encoding.ASCII.GetString([.. head]);
    }

    /// <summary>Reads one packet, which must be of this type; returns its body.</summary>
    public async Task<byte[]> ExpectAsync(PacketType type)
    {
        (byte Header, byte[] Body)? packet = await ReadAsync();
        Assert.NotNull(packet);
        Assert.Equal(type, (PacketType)(packet.Value.Header >> 4));
        return packet.Value.Body;
    }

    /// <summary>Reads one PUBLISH, skipping nothing.</summary>
    public async Task<(ushort PacketId, bool Duplicate, string Topic, byte[] Payload)> ExpectPublishAsync()
    {
        (byte Header, byte[] Body)? packet = await ReadAsync();
        Assert.NotNull(packet);
        Assert.Equal(PacketType.Publish, (PacketType)(packet.Value.Header >> 4));
        PublishPacket publish = PublishPacket.Parse(packet.Value.Header, packet.Value.Body, Version);
        return (publish.PacketId, publish.Duplicate, System.Text.Encoding.UTF8.GetString(publish.Topic), publish.Payload.ToArray());
    }

    public async Task ExpectDisconnectAsync(MqttReasonCode reason)
    {
        byte[] body = await ExpectAsync(PacketType.Disconnect);
        Assert.Equal(reason, DisconnectPacket.Parse(body, Version).ReasonCode);
        Assert.Null(await ReadAsync());
    }

    public void Dispose() => client.Dispose();
}
