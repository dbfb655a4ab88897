using System.Net.WebSockets;

namespace AnyEcg.Mqtt.Conformance.Tests;

/// <summary>Chapter 6 of both versions: the WebSocket port of the embedded broker.</summary>
[OfServer]
public sealed class ServerWebSocketClauseTests
{
    [Theory, Clause("6.0.0-1"), Clause311("6.0.0-1")]
    [InlineData(5)]
    [InlineData(4)]
    public async Task MQTT_6_0_0_1_BinaryFramesOnly(int level)
    {
        await using EmbeddedBroker broker = await StartAsync();
        using ClientWebSocket socket = await ConnectAsync(broker);
        await socket.SendAsync(WireEncoder.Encode(new WireConnect(level, "x", true), level), WebSocketMessageType.Text, true, Budget.Token);
        Assert.Equal(WebSocketMessageType.Close, (await ReceiveAsync(socket)).Type);
    }

    [Theory, Clause("6.0.0-2"), Clause311("6.0.0-2")]
    [InlineData(5)]
    [InlineData(4)]
    public async Task MQTT_6_0_0_2_PacketsNeedNotAlign(int level)
    {
        await using EmbeddedBroker broker = await StartAsync();
        using ClientWebSocket socket = await ConnectAsync(broker);
        byte[] all = [.. WireEncoder.Encode(new WireConnect(level, "x", true), level), .. WireEncoder.Encode(new WirePing(WireType.Pingreq), level)];
        await socket.SendAsync(all[..5], WebSocketMessageType.Binary, true, Budget.Token);
        await socket.SendAsync(all[5..], WebSocketMessageType.Binary, true, Budget.Token);
        List<byte> answer = [];
        while (answer.Count < 4 || answer[^2] != 0xD0)
        {
            (WebSocketMessageType type, byte[] bytes) = await ReceiveAsync(socket);
            Assert.Equal(WebSocketMessageType.Binary, type);
            answer.AddRange(bytes);
        }

        Assert.Equal(0x20, answer[0]);
    }

    [Theory, Clause("6.0.0-4"), Clause311("6.0.0-4")]
    [InlineData("mqtt")]
    [InlineData("other,mqtt")]
    public async Task MQTT_6_0_0_4_SubprotocolIsMqtt(string offered)
    {
        await using EmbeddedBroker broker = await StartAsync();
        using ClientWebSocket socket = await ConnectAsync(broker, offered.Split(','));
        Assert.Equal("mqtt", socket.SubProtocol);
    }

    private static Task<EmbeddedBroker> StartAsync() => Clients.BrokerAsync(
        new EmbeddedBrokerOptions { Port = null, Listeners = [new BrokerListenerOptions { WebSocket = true }] });

    private static async Task<ClientWebSocket> ConnectAsync(EmbeddedBroker broker, params string[] protocols)
    {
        ClientWebSocket socket = new();
        foreach (string protocol in protocols.Length > 0 ? protocols : ["mqtt"])
            socket.Options.AddSubProtocol(protocol);
        await socket.ConnectAsync(new UriBuilder("ws", "127.0.0.1", broker.Ports[0], "mqtt").Uri, Budget.Token);
        return socket;
    }

    private static async Task<(WebSocketMessageType Type, byte[] Bytes)> ReceiveAsync(ClientWebSocket socket)
    {
        byte[] buffer = new byte[4096];
        try
        {
            ValueWebSocketReceiveResult result = await socket.ReceiveAsync(buffer.AsMemory(), Budget.Token);
            return (result.MessageType, buffer[..result.Count]);
        }
        catch (WebSocketException)
        {
            return (WebSocketMessageType.Close, []);
        }
    }
}
