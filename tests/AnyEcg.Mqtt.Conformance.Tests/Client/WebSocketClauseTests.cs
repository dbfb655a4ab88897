using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;

namespace AnyEcg.Mqtt.Conformance.Tests;

/// <summary>Chapter 6 of both versions: MQTT over WebSocket, as the client does it.</summary>
public sealed class WebSocketClauseTests
{
    [Theory, Clause("6.0.0-1")]
    [On(BrokerKind.Scripted)]
    public Task MQTT_6_0_0_1_BinaryFramesOnly(BrokerKind broker) => BinaryOnlyAsync(broker, MqttVersion.V5);

    [Theory, Clause311("6.0.0-1")]
    [On(BrokerKind.Scripted)]
    public Task MQTT311_6_0_0_1_BinaryFramesOnly(BrokerKind broker) => BinaryOnlyAsync(broker, MqttVersion.V311);

    [Theory, Clause("6.0.0-2")]
    [On(BrokerKind.Scripted)]
    public Task MQTT_6_0_0_2_PacketsNeedNotAlign(BrokerKind broker) => UnalignedAsync(broker, MqttVersion.V5);

    [Theory, Clause311("6.0.0-2")]
    [On(BrokerKind.Scripted)]
    public Task MQTT311_6_0_0_2_PacketsNeedNotAlign(BrokerKind broker) => UnalignedAsync(broker, MqttVersion.V311);

    [Theory, Clause("6.0.0-3")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public Task MQTT_6_0_0_3_SubprotocolIsOffered(BrokerKind broker) => SubprotocolAsync(broker, MqttVersion.V5);

    [Theory, Clause311("6.0.0-3")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public Task MQTT311_6_0_0_3_SubprotocolIsOffered(BrokerKind broker) => SubprotocolAsync(broker, MqttVersion.V311);

    private static async Task BinaryOnlyAsync(BrokerKind broker, MqttVersion version)
    {
        Assert.Equal(BrokerKind.Scripted, broker);
        (MqttConnection client, WebSocketPeer peer, AckingReceiver _) = await ConnectAsync(version, Connack(version));
        await using MqttConnection end = client;
        using WebSocketPeer server = peer;
        await client.PublishAsync("t", "x", MqttQos.AtMostOnce);
        (WebSocketMessageType type, byte[] bytes) = await peer.ReceiveAsync();
        Assert.Equal((WebSocketMessageType.Binary, 0x30), (type, bytes[0]));

        // A PINGRESP, but as text.
        await peer.SendAsync(WebSocketMessageType.Text, 0x50, 0);
        (WebSocketMessageType last, _) = await peer.ReceiveAsync();
        Assert.Equal(WebSocketMessageType.Close, last);
    }

    private static async Task UnalignedAsync(BrokerKind broker, MqttVersion version)
    {
        Assert.Equal(BrokerKind.Scripted, broker);
        byte[] connack = WireEncoder.Encode(new WireConnack(0), Level(version));
        byte[] one = WireEncoder.Encode(new WirePublish("t", [1]), Level(version));
        byte[] two = WireEncoder.Encode(new WirePublish("t", [2]), Level(version));
        byte[] all = [.. connack, .. one, .. two];
        (MqttConnection client, WebSocketPeer peer, AckingReceiver receiver) = await ConnectAsync(version, all[..2], all[2..^3], all[^3..]);
        await using MqttConnection end = client;
        using WebSocketPeer server = peer;
        await receiver.HasAsync(_ => true, 2);
        Assert.Equal([1, 2], receiver.Messages.Select(message => (int)message.Payload[0]));
    }

    private static async Task SubprotocolAsync(BrokerKind broker, MqttVersion version)
    {
        if (broker == BrokerKind.Scripted)
        {
            (MqttConnection client, WebSocketPeer peer, AckingReceiver _) = await ConnectAsync(version, Connack(version));
            await client.DisposeAsync();
            using WebSocketPeer end = peer;
            Assert.Contains("mqtt", peer.Headers["sec-websocket-protocol"].Split(',', StringSplitOptions.TrimEntries));
            return;
        }

        (int port, IAsyncDisposable server) = await ServeAsync(broker);
        await using IAsyncDisposable disposing = server;
        (MqttConnection connected, AckingReceiver receiver) = await AckingReceiver.ConnectAsync(Options(port, version));
        await using MqttConnection closing = connected;
        await connected.SubscribeAsync("ws");
        await connected.PublishAsync("ws", new string('x', 30_000));
        await receiver.HasAsync(message => message.Payload.Length == 30_000);
    }

    private static async Task<(int Port, IAsyncDisposable Server)> ServeAsync(BrokerKind broker)
    {
        if (broker == BrokerKind.Mosquitto)
        {
            int port = MosquittoServer.FreePort();
            MosquittoServer mosquitto = await MosquittoServer.StartAsync(
                ["allow_anonymous true", $"listener {port} 127.0.0.1", "protocol websockets"], Budget.Token);
            return (port, mosquitto);
        }

        EmbeddedBroker embedded = await Clients.BrokerAsync(
            new EmbeddedBrokerOptions { Port = null, Listeners = [new BrokerListenerOptions { WebSocket = true }] });
        return (embedded.Ports[0], embedded);
    }

    /// <summary>A client whose CONNECT was answered by these messages.</summary>
    private static async Task<(MqttConnection Client, WebSocketPeer Peer, AckingReceiver Receiver)> ConnectAsync(
        MqttVersion version, params byte[][] answer)
    {
        using TcpListener listener = WebSocketPeer.Listen();
        Task<WebSocketPeer> accepting = WebSocketPeer.AcceptAsync(listener);
        AckingReceiver receiver = new();
        MqttConnection client = Clients.Make(Options(((IPEndPoint)listener.LocalEndpoint).Port, version), receiver);
        receiver.Connection = client;
        Task starting = client.StartAsync(Budget.Token);
        WebSocketPeer peer = await accepting;
        (WebSocketMessageType type, byte[] bytes) = await peer.ReceiveAsync();
        Assert.Equal((WebSocketMessageType.Binary, 0x10), (type, bytes[0]));
        foreach (byte[] message in answer)
            await peer.SendAsync(WebSocketMessageType.Binary, message);
        await starting;
        return (client, peer, receiver);
    }

    private static MqttClientOptions Options(int port, MqttVersion version)
    {
        MqttClientOptions options = Clients.Options(port, "ws");
        options.WebSocketPath = "/mqtt";
        options.ProtocolVersion = (MqttVersionChoice)version;
        options.SessionExpiry = TimeSpan.Zero;
        return options;
    }

    private static byte[] Connack(MqttVersion version) => WireEncoder.Encode(new WireConnack(0), Level(version));

    private static int Level(MqttVersion version) => (int)version;
}
