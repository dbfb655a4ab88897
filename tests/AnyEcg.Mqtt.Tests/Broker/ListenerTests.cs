using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using FsCheck.Fluent;

namespace AnyEcg.Mqtt.Tests;

public sealed class ListenerTests
{
    private const string Upgrade = "Host: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: v3, mqtt\r\n";

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task Connect_EachKindOfPort_TakesMessagesAndSaysGoodbye(bool tls, bool webSocket)
    {
        using TestAuthority authority = new();
        using X509Certificate2 certificate = authority.IssueServer();
        EmbeddedBroker broker = await BrokerAsync(new BrokerListenerOptions { Certificate = tls ? certificate : null, WebSocket = webSocket });
        MqttClientOptions options = Clients.Options(broker.Ports[0], "c");
        options.UseTls = tls;
        options.TrustedRoots = [authority.Certificate];
        options.WebSocketPath = webSocket ? "/mqtt" : null;
        RecordingReceiver receiver = new();
        await using MqttConnection client = Clients.Make(options, receiver);
        List<string?> ends = [];
        client.StateChanged += change =>
        {
            if (change.State != MqttConnectionState.Connected)
                ends.Add(change.Reason);
        };
        await client.StartAsync(Budget.Token);
        await client.SubscribeAsync("t", MqttQos.ExactlyOnce);
        await client.PublishAsync("t", new string('x', 300_000), MqttQos.ExactlyOnce);
        Assert.Equal(300_000, (await receiver.NextAsync()).Payload.Length);
        await broker.DisposeAsync();
        await Budget.UntilAsync(() => ends.Count > 0);
        Assert.Contains("ServerShuttingDown", ends[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ours", true)]
    [InlineData("theirs", false)]
    [InlineData("none", false)]
    public async Task Connect_ClientCertificateRequired_AdmitsOnlyOnesOfItsAuthority(string shown, bool admitted)
    {
        using TestAuthority ours = new();
        using TestAuthority theirs = new("theirs");
        using X509Certificate2 certificate = ours.IssueServer();
        await using EmbeddedBroker broker = await BrokerAsync(new BrokerListenerOptions
        {
            Certificate = certificate,
            RequireClientCertificate = true,
            ClientRoots = [ours.Certificate],
        });
        DirectoryInfo folder = Directory.CreateTempSubdirectory("listener");
        try
        {
            using X509Certificate2 own = (shown == "ours" ? ours : theirs).IssueClient("device");
            (string path, string key) = own.WriteTo(folder.FullName, "device");
            TlsFiles files = new() { CaFiles = [ours.WriteTo(Path.Combine(folder.FullName, "ca.pem"))] };
            MqttClientOptions options = Clients.Options(broker.Ports[0], "c");
            options.UseTls = true;
            options.Certificates = new TlsCertificates(shown == "none" ? files : files with { CertificateFile = path, KeyFile = key });
            await using MqttConnection client = Clients.Make(options);
            using CancellationTokenSource cancel = new();
            Task starting = client.StartAsync(cancel.Token);
            await Budget.UntilAsync(() => broker.Counters.ConnectionsAccepted + broker.Counters.HandshakesFailed > 0);
            Assert.Equal(admitted ? 1 : 0, broker.Counters.ConnectionsAccepted);
            await cancel.CancelAsync();
            await Record.ExceptionAsync(() => starting);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("GET /mqtt HTTP/1.1\r\n" + Upgrade, "HTTP/1.1 101 Switching Protocols")]
    [InlineData("GET / HTTP/1.1\r\nOrigin: http://127.0.0.1\r\n" + Upgrade, "HTTP/1.1 101 Switching Protocols")]
    [InlineData("GET / HTTP/1.1\r\nOrigin: https://good.example\r\n" + Upgrade, "HTTP/1.1 101 Switching Protocols")]
    [InlineData("GET / HTTP/1.1\r\nOrigin: https://evil.example\r\n" + Upgrade, "HTTP/1.1 403 Forbidden")]
    [InlineData("POST / HTTP/1.1\r\n" + Upgrade, "HTTP/1.1 400 Bad Request")]
    [InlineData("GET / HTTP/1.0\r\n" + Upgrade, "HTTP/1.1 400 Bad Request")]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\n", "HTTP/1.1 426 Upgrade Required")]
    [InlineData("GET / HTTP/1.1\r\nSec-WebSocket-Version: 8\r\n" + Upgrade, "HTTP/1.1 426 Upgrade Required")]
    [InlineData("GET / HTTP/1.1\r\nSec-WebSocket-Key: AAAA\r\n" + Upgrade, "HTTP/1.1 400 Bad Request")]
    public async Task Upgrade_EachRequest_IsAnsweredAsItShould(string request, string status)
    {
        await using EmbeddedBroker broker = await BrokerAsync(
            new BrokerListenerOptions { WebSocket = true, AllowedOrigins = ["https://good.example"] });
        using RawPeer peer = await RawPeer.ConnectAsync(broker.Ports[0]);
        await peer.SendAsync(Encoding.ASCII.GetBytes(request + "\r\n"));
        string[] answer = (await peer.ReadHeadAsync()).Split("\r\n");
        Assert.Equal(status, answer[0]);
        bool accepted = status.Contains("101", StringComparison.Ordinal);
        Assert.Equal(accepted, answer.Contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
        Assert.Equal(accepted, answer.Contains("Sec-WebSocket-Protocol: mqtt"));
        if (!accepted)
            await Budget.UntilAsync(() => broker.Counters.HandshakesFailed == 1);
    }

    [Theory]
    [InlineData("no header\r\n")]
    [InlineData(": nameless\r\n")]
    [InlineData(" Folded: x\r\n")]
    [InlineData("Spaced : x\r\n")]
    public async Task Upgrade_NoHeaders_IsClosed(string line)
    {
        await using EmbeddedBroker broker = await BrokerAsync(new BrokerListenerOptions { WebSocket = true });
        using RawPeer peer = await RawPeer.ConnectAsync(broker.Ports[0]);
        await peer.SendAsync(Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\n{line}\r\n"));
        Assert.Null(await peer.ReadAsync());
        Assert.Equal(1, broker.Counters.HandshakesFailed);
    }

    /// <summary>Heads of any bytes are read or refused, never anything else.</summary>
    [Fact]
    public void Upgrade_AnyBytes_AreReadOrRefused() => Generators.Check(
        from parts in Gen.Elements("GET / HTTP/1.1", "\r\n", "\r\n\r\n", ":", "a", " ", "Upgrade: websocket", "\0", "\u00ff").ListOf()
        select Encoding.Latin1.GetBytes(string.Concat(parts)),
        async bytes =>
        {
            using MemoryStream stream = new(bytes);
            Exception? thrown = await Record.ExceptionAsync(() => HttpRequestHead.ReadAsync(stream, Budget.Token));
            Assert.True(thrown is null or InvalidDataException, $"{thrown}");
        },
        tests: 500);

    [Fact]
    public async Task Upgrade_EndlessHead_IsClosedWithinTheBound()
    {
        await using EmbeddedBroker broker = await BrokerAsync(new BrokerListenerOptions { WebSocket = true });
        using RawPeer peer = await RawPeer.ConnectAsync(broker.Ports[0]);
        await peer.SendAsync(Encoding.ASCII.GetBytes(new string('x', HttpRequestHead.MaxBytes)));
        Assert.Null(await peer.ReadAsync());
        Assert.Equal(1, broker.Counters.HandshakesFailed);
    }

    [Fact]
    public async Task Upgrade_NeverSent_IsClosedAfterTheTimeout()
    {
        FakeTime time = new();
        await using EmbeddedBroker broker = await BrokerAsync(new BrokerListenerOptions { WebSocket = true }, time);
        using RawPeer peer = await RawPeer.ConnectAsync(broker.Ports[0]);
        await Budget.UntilAsync(() => time.IsWaitingFor(due => due > TimeSpan.FromSeconds(9)));
        time.Advance(TimeSpan.FromSeconds(11));
        Assert.Null(await peer.ReadAsync());
        Assert.Equal(1, broker.Counters.HandshakesFailed);
    }

    [Fact]
    public async Task WebSocket_TextFrame_EndsTheConnection()
    {
        await using EmbeddedBroker broker = await BrokerAsync(new BrokerListenerOptions { WebSocket = true });
        using ClientWebSocket socket = new();
        socket.Options.AddSubProtocol("mqtt");
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{broker.Ports[0]}/"), Budget.Token);
        await socket.SendAsync(Generators.Encode(new ConnectPacket { ClientId = "c" }), WebSocketMessageType.Text, true, Budget.Token);
        await Budget.UntilAsync(() => broker.Core.Links().Length == 0);
        Assert.Equal(0, broker.Counters.ConnectionsAccepted);
    }

    [Fact]
    public async Task WebSocket_PacketsAcrossFrames_AreReadAsOneStream()
    {
        await using EmbeddedBroker broker = await BrokerAsync(new BrokerListenerOptions { WebSocket = true });
        using ClientWebSocket socket = new();
        socket.Options.AddSubProtocol("mqtt");
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{broker.Ports[0]}/"), Budget.Token);
        byte[] bytes = [.. Generators.Encode(new ConnectPacket { ClientId = "c" }), 0xC0, 0, 0xC0, 0];
        for (int i = 0; i < bytes.Length; i += 5)
            await socket.SendAsync(bytes.AsMemory(i, Math.Min(5, bytes.Length - i)), WebSocketMessageType.Binary, i % 2 == 0, Budget.Token);
        byte[] answer = new byte[1000];
        int length = 0;
        while (length < 4 || answer[length - 1] != 0 || answer[length - 4] != 0xD0)
        {
            ValueWebSocketReceiveResult result = await socket.ReceiveAsync(answer.AsMemory(length), Budget.Token);
            Assert.Equal(WebSocketMessageType.Binary, result.MessageType);
            length += result.Count;
        }
    }

    /// <summary>Damaged TLS hellos, some with a reset behind them: each is counted, and none is left for the broker's end.</summary>
    [Fact]
    public async Task Handshake_DamagedHellos_AreRefusedAndCounted()
    {
        const int Tries = 150;
        using TestAuthority authority = new();
        using X509Certificate2 certificate = authority.IssueServer();
        EmbeddedBroker broker = await BrokerAsync(new BrokerListenerOptions { Certificate = certificate });
        byte[] hello = await HelloAsync();
        Random random = new(5);
        for (int i = 0; i < Tries; i++)
        {
            byte[] damaged = [.. hello.Take(random.Next(1, hello.Length + 1))];
            for (int changes = random.Next(4); changes >= 0; changes--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            using TcpClient client = new() { NoDelay = true, LingerState = new LingerOption(i % 2 == 0, 0) };
            await client.ConnectAsync(IPAddress.Loopback, broker.Ports[0], Budget.Token);
            await client.GetStream().WriteAsync(damaged, Budget.Token);
        }

        await Budget.UntilAsync(() => broker.Counters.HandshakesFailed == Tries);
        await broker.DisposeAsync();
    }

    private static async Task<byte[]> HelloAsync()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        using TcpClient client = new();
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint, Budget.Token);
        using TcpClient accepted = await listener.AcceptTcpClientAsync(Budget.Token);
        using SslStream secure = new(client.GetStream());
        Task shaking = secure.AuthenticateAsClientAsync("broker.example");
        byte[] hello = new byte[10_000];
        int length = await accepted.GetStream().ReadAsync(hello, Budget.Token);
        accepted.Close();
        await shaking.ContinueWith(_ => { }, TaskScheduler.Default);
        return hello[..length];
    }

    private static Task<EmbeddedBroker> BrokerAsync(BrokerListenerOptions listener, TimeProvider? time = null) =>
        Clients.BrokerAsync(new EmbeddedBrokerOptions { Port = null, Listeners = [listener] }, time);
}
