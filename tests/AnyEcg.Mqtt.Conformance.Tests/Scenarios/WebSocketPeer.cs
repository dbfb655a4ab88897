using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;

namespace AnyEcg.Mqtt.Conformance.Tests;

/// <summary>The server end of one WebSocket, frame by frame.</summary>
internal sealed class WebSocketPeer : IDisposable
{
    private const string KeySuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private readonly TcpClient connection;
    private readonly WebSocket socket;

    private WebSocketPeer(TcpClient connection, WebSocket socket, IReadOnlyDictionary<string, string> headers)
    {
        this.connection = connection;
        this.socket = socket;
        Headers = headers;
    }

    /// <summary>Headers of the client's request, names in lower case.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; }

    /// <summary>Accepts a connection and its upgrade.</summary>
    public static async Task<WebSocketPeer> AcceptAsync(TcpListener listener)
    {
        TcpClient connection = await listener.AcceptTcpClientAsync(Budget.Token);
        NetworkStream stream = connection.GetStream();
        StringBuilder head = new();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one, Budget.Token);
            head.Append((char)one[0]);
        }

        Dictionary<string, string> headers = head.ToString().Split("\r\n").Skip(1).Where(line => line.Contains(':', StringComparison.Ordinal))
            .Select(line => line.Split(':', 2)).ToDictionary(pair => pair[0].ToLowerInvariant(), pair => pair[1].Trim());
#pragma warning disable CA5350 // The WebSocket handshake is made so (RFC 6455, section 4.2.2).
        string accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(headers["sec-websocket-key"] + KeySuffix)));
#pragma warning restore CA5350
        string answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + $"Sec-WebSocket-Accept: {accept}\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), Budget.Token);
        WebSocketCreationOptions options = new() { IsServer = true, SubProtocol = "mqtt" };
        return new WebSocketPeer(connection, WebSocket.CreateFromStream(stream, options), headers);
    }

    public static TcpListener Listen()
    {
        TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    /// <summary>The next message; its type is Close at the end.</summary>
    public async Task<(WebSocketMessageType Type, byte[] Bytes)> ReceiveAsync()
    {
        byte[] buffer = new byte[4096];
        int count = 0;
        try
        {
            while (true)
            {
                ValueWebSocketReceiveResult result = await socket.ReceiveAsync(buffer.AsMemory(count), Budget.Token);
                count += result.Count;
                if (result.EndOfMessage)
                    return (result.MessageType, buffer[..count]);
            }
        }
        catch (WebSocketException)
        {
            return (WebSocketMessageType.Close, []);
        }
    }

    public Task SendAsync(WebSocketMessageType type, params byte[] bytes) => socket.SendAsync(bytes, type, true, Budget.Token);

    public void Dispose()
    {
        socket.Dispose();
        connection.Dispose();
    }
}
