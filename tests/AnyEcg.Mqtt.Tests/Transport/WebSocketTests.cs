using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;

namespace AnyEcg.Mqtt.Tests;

/// <summary>MQTT over WebSocket (MQTT 5, section 6), against a server under the test's control and a real broker.</summary>
public sealed class WebSocketTests : IDisposable
{
    private readonly WebSocketPeer peer = new();

    [Fact]
    public async Task Connect_AsksForTheSubprotocolOnThePath()
    {
        (Stream stream, _) = await OpenAsync();
        await using (stream)
        {
            Assert.StartsWith("GET /broker/mqtt?tenant=1 HTTP/1.1\r\n", peer.Request, StringComparison.Ordinal);
            Assert.Contains("Sec-WebSocket-Protocol: mqtt\r\n", peer.Request, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("permessage-deflate", peer.Request, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public async Task Receive_AnyMessageBoundaries_AreNoPacketBoundaries(int messageSize)
    {
        (Stream stream, WebSocket server) = await OpenAsync();
        byte[] sent = [.. FuzzSeeds.Packets(MqttVersion.V5).SelectMany(p => p)];
        Task sending = SendAsync(server, sent, messageSize);
        byte[] received = new byte[sent.Length];
        await using (stream)
        {
            await stream.ReadExactlyAsync(received, Budget.Token);
            await sending;
            Assert.Equal(sent, received);
            Assert.Equal(0, await stream.ReadAsync(new byte[1], Budget.Token));
        }
    }

    [Fact]
    public async Task Receive_EmptyMessages_AreNotTheEnd()
    {
        (Stream stream, WebSocket server) = await OpenAsync();
        for (int i = 0; i < 3; i++)
            await server.SendAsync(Array.Empty<byte>(), WebSocketMessageType.Binary, true, Budget.Token);
        await server.SendAsync(new byte[] { 42 }, WebSocketMessageType.Binary, true, Budget.Token);
        byte[] one = new byte[1];
        Assert.Equal(1, await stream.ReadAsync(one, Budget.Token));
        Assert.Equal(42, one[0]);
        await stream.DisposeAsync();
    }

    [Fact]
    public async Task Receive_TextMessage_EndsTheConnection()
    {
        (Stream stream, WebSocket server) = await OpenAsync();
        await server.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, true, Budget.Token);
        await Assert.ThrowsAsync<IOException>(() => stream.ReadAsync(new byte[1], Budget.Token).AsTask());
        await stream.DisposeAsync();
    }

    [Fact]
    public async Task Read_Cancelled_LeavesTheConnectionUsable()
    {
        (Stream stream, WebSocket server) = await OpenAsync();
        using CancellationTokenSource cancel = new();
        ValueTask<int> reading = stream.ReadAsync(new byte[1], cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.AsTask());

        await stream.WriteAsync(new byte[] { 1, 2, 3 }, Budget.Token);
        byte[] got = new byte[10];
        ValueWebSocketReceiveResult result = await server.ReceiveAsync(got.AsMemory(), Budget.Token);
        Assert.Equal((3, WebSocketMessageType.Binary), (result.Count, result.MessageType));
        await server.SendAsync(new byte[] { 9 }, WebSocketMessageType.Binary, true, Budget.Token);
        Assert.Equal(1, await stream.ReadAsync(got, Budget.Token));
        Assert.Equal(9, got[0]);
        await stream.DisposeAsync();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("chat")]
    public async Task Connect_ServerWithoutTheSubprotocol_IsRefused(string? subprotocol)
    {
        Task<WebSocket> accepting = peer.AcceptAsync(subprotocol);
        await Assert.ThrowsAsync<IOException>(() => BrokerConnector.ConnectAsync(Options(), Budget.Token));
        await accepting;
    }

    [Theory]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n")]
    public async Task Connect_NoWebSocketThere_IsRefused(string response)
    {
        Task answering = peer.AcceptAndAnswerAsync(response);
        await Assert.ThrowsAsync<IOException>(() => BrokerConnector.ConnectAsync(Options(), Budget.Token));
        await answering;
    }

    [Fact]
    public async Task Connect_Redirected_DoesNotFollow()
    {
        using WebSocketPeer elsewhere = new();
        Task answering = peer.AcceptAndAnswerAsync($"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{elsewhere.Port}/\r\nContent-Length: 0\r\n\r\n");
        await Assert.ThrowsAsync<IOException>(() => BrokerConnector.ConnectAsync(Options(), Budget.Token));
        await answering;
        Assert.Equal("", elsewhere.Request);
    }

    [Fact]
    public async Task Connect_ServerNeverAnswers_EndsWithTheBudget()
    {
        using CancellationTokenSource budget = new();
        Task<Stream> connecting = BrokerConnector.ConnectAsync(Options(), budget.Token);
        await peer.AcceptRequestAsync();
        await budget.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);
    }

    [Fact]
    public async Task Stop_OverAWebSocket_SendsItsDisconnectFirst()
    {
        MqttClientOptions options = Options();
        await using MqttConnection client = Clients.Make(options);
        Task starting = client.StartAsync(Budget.Token);
        WebSocket server = await peer.AcceptAsync();
        byte[] got = new byte[1000];
        await server.ReceiveAsync(got.AsMemory(), Budget.Token);
        Assert.Equal(PacketType.Connect, (PacketType)(got[0] >> 4));
        await server.SendAsync(new byte[] { 0x20, 3, 0, 0, 0 }, WebSocketMessageType.Binary, true, Budget.Token);
        await starting;

        Task stopping = client.StopAsync(keepSession: false, Budget.Token);
        Assert.True((await server.ReceiveAsync(got.AsMemory(), Budget.Token)).Count > 0);
        Assert.Equal(PacketType.Disconnect, (PacketType)(got[0] >> 4));
        Assert.Equal(WebSocketMessageType.Close, (await server.ReceiveAsync(got.AsMemory(), Budget.Token)).MessageType);
        await server.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, Budget.Token);
        await stopping;
    }

    [Fact]
    public async Task Connect_Wss_HoldsTheServerToTheSameRules()
    {
        using TestAuthority authority = new();
        using TestAuthority stranger = new();
        DirectoryInfo folder = Directory.CreateTempSubdirectory("wss");
        string ca = authority.WriteTo(Path.Combine(folder.FullName, "ca.pem"));
        TlsCertificates certificates = new(new TlsFiles { CaFiles = [ca] });
        await OverTlsAsync(authority.IssueServer(), certificates);
        await Assert.ThrowsAsync<IOException>(() => OverTlsAsync(stranger.IssueServer(), certificates));
        await Assert.ThrowsAsync<IOException>(() => OverTlsAsync(authority.IssueServer("broker.example"), certificates));
        folder.Delete(recursive: true);
    }

    [MosquittoFact]
    public async Task Mosquitto_OverAWebSocket_CarriesMessagesOfAnySize()
    {
        int port = MosquittoServer.FreePort();
        await using MosquittoServer server = await MosquittoServer.StartAsync(
            ["allow_anonymous true", $"listener {port} 127.0.0.1", "protocol websockets", "allow_anonymous true"], Budget.Token);
        RecordingReceiver receiver = new();
        MqttClientOptions options = Clients.Options(port, "ws");
        options.WebSocketPath = "/mqtt";
        await using MqttConnection client = await Clients.ConnectAsync(options, receiver);
        await client.SubscribeAsync("t");
        foreach (int size in new[] { 0, 1, 125, 126, 70_000 })
        {
            await client.PublishAsync("t", new string('x', size));
            Assert.Equal(size, (await receiver.NextAsync()).Payload.Length);
        }

        await client.StopAsync(keepSession: false, Budget.Token);
    }

    public void Dispose() => peer.Dispose();

    private static async Task OverTlsAsync(X509Certificate2 certificate, TlsCertificates certificates)
    {
        using WebSocketPeer secure = new(certificate);
        Task<WebSocket> accepting = secure.AcceptAsync();
        MqttClientOptions options = new() { Port = secure.Port, UseTls = true, WebSocketPath = "/mqtt", Certificates = certificates };
        await using Stream stream = await BrokerConnector.ConnectAsync(options, Budget.Token);
        Assert.Equal(WebSocketState.Open, (await accepting).State);
    }

    private static async Task SendAsync(WebSocket server, byte[] bytes, int messageSize)
    {
        for (int i = 0; i < bytes.Length; i += messageSize)
            await server.SendAsync(bytes.AsMemory(i, Math.Min(messageSize, bytes.Length - i)), WebSocketMessageType.Binary, true, Budget.Token);
        await server.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, Budget.Token);
    }

    private MqttClientOptions Options()
    {
        MqttClientOptions options = Clients.Options(peer.Port, "ws");
        options.WebSocketPath = "/broker/mqtt?tenant=1";
        return options;
    }

    private async Task<(Stream Stream, WebSocket Server)> OpenAsync()
    {
        Task<WebSocket> accepting = peer.AcceptAsync();
        Stream stream = await BrokerConnector.ConnectAsync(Options(), Budget.Token);
        return (stream, await accepting);
    }
}
