using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace AnyEcg.Mqtt.Tests;

/// <summary>The server's end of a WebSocket, or of what only pretends to be one, under the test's control.</summary>
internal sealed class WebSocketPeer(X509Certificate2? certificate = null) : IDisposable
{
    private readonly TcpListener listener = Started();
    private readonly List<IDisposable> opened = [];

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Head of the newest request.</summary>
    public string Request { get; private set; } = "";

    /// <summary>Accepts a connection and its upgrade, with this subprotocol or none.</summary>
    public async Task<WebSocket> AcceptAsync(string? subprotocol = "mqtt")
    {
        Stream stream = await AcceptRequestAsync();
        string key = Request.Split("\r\n").Single(line => line.StartsWith("Sec-WebSocket-Key:", StringComparison.OrdinalIgnoreCase)).Split(':')[1].Trim();
#pragma warning disable CA5350 // RFC 6455 asks for SHA-1 here; it protects nothing.
        string accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
        string protocol = subprotocol is null ? "" : $"Sec-WebSocket-Protocol: {subprotocol}\r\n";
        await AnswerAsync(stream, $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n{protocol}\r\n");
        WebSocket socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true, SubProtocol = subprotocol });
        opened.Add(socket);
        return socket;
    }

    /// <summary>Accepts a connection and answers its request with any text.</summary>
    public async Task AcceptAndAnswerAsync(string response) => await AnswerAsync(await AcceptRequestAsync(), response);

    /// <summary>Accepts a connection and reads the request.</summary>
    public async Task<Stream> AcceptRequestAsync()
    {
        TcpClient client = await listener.AcceptTcpClientAsync(Budget.Token);
        opened.Add(client);
        Stream stream = client.GetStream();
        if (certificate is not null)
        {
            SslStream secure = new(stream);
            await secure.AuthenticateAsServerAsync(certificate);
            stream = secure;
        }

        StringBuilder head = new();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one, Budget.Token) == 1)
            head.Append((char)one[0]);
        Request = head.ToString();
        return stream;
    }

    public void Dispose()
    {
        opened.ForEach(one => one.Dispose());
        listener.Dispose();
    }

    private static Task AnswerAsync(Stream stream, string text) => stream.WriteAsync(Encoding.ASCII.GetBytes(text), Budget.Token).AsTask();

    private static TcpListener Started()
    {
        TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }
}
