using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;

namespace AnyEcg.Mqtt;

/// <summary>The server's half of a WebSocket's opening handshake (RFC 6455, section 4.2), for MQTT (MQTT 5.0, section 6).</summary>
internal static class WebSocketUpgrade
{
    private const string Subprotocol = "mqtt";

    /// <summary>RFC 6455, section 1.3: proves that the server understood the handshake.</summary>
    private const string KeySuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private const int KeyBytes = 16;

    /// <summary>Answers the request on a fresh connection. Throws <see cref="InvalidDataException"/> when it was refused.</summary>
    public static async Task<WebSocketStream> AcceptAsync(
        Stream stream, IReadOnlyCollection<string> allowedOrigins, CancellationToken cancellationToken)
    {
        HttpRequestHead request = await HttpRequestHead.ReadAsync(stream, cancellationToken).ConfigureAwait(false);
        string? refusal = Refusal(request, allowedOrigins);
        string answer = refusal is null
            ? $"101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Protocol: {Subprotocol}\r\n"
                + $"Sec-WebSocket-Accept: {AcceptKey(request["Sec-WebSocket-Key"]!)}\r\n\r\n"
            : $"{refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {answer}"), cancellationToken).ConfigureAwait(false);
        if (refusal is not null)
            throw new InvalidDataException($"WebSocket upgrade refused: {refusal}");
        return new WebSocketStream(WebSocket.CreateFromStream(stream, new WebSocketCreationOptions
        {
            IsServer = true,
            SubProtocol = Subprotocol,
            KeepAliveInterval = Timeout.InfiniteTimeSpan,
        }));
    }

    /// <summary>Status line, and headers that belong to it; null: the request is good.</summary>
    private static string? Refusal(HttpRequestHead request, IReadOnlyCollection<string> allowedOrigins)
    {
        string[] parts = request.RequestLine.Split(' ');
        if (parts is not ["GET", _, "HTTP/1.1"] || request["Host"] is null)
            return "400 Bad Request";
        if (!request.Lists("Upgrade", "websocket") || !request.Lists("Connection", "Upgrade"))
            return "426 Upgrade Required\r\nUpgrade: websocket";
        if (request["Sec-WebSocket-Version"] != "13")
            return "426 Upgrade Required\r\nSec-WebSocket-Version: 13";
        if (!IsKey(request["Sec-WebSocket-Key"]) || !request.Lists("Sec-WebSocket-Protocol", Subprotocol))
            return "400 Bad Request";
        return request["Origin"] is not { } origin || IsOwn(origin, request["Host"]!)
            || allowedOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase)
            ? null
            : "403 Forbidden";
    }

    /// <summary>
    /// Whether the Origin is the broker itself, as some programs say: no page comes from here. Only by address or as localhost,
    /// because any other name may be a web site's that was made to lead here.
    /// </summary>
    private static bool IsOwn(string origin, string host) => origin.EndsWith($"://{host}", StringComparison.OrdinalIgnoreCase)
        && Uri.TryCreate(origin, UriKind.Absolute, out Uri? uri)
        && (uri.IsLoopback || uri.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6);

    private static bool IsKey(string? key)
    {
        Span<byte> nonce = stackalloc byte[KeyBytes + 3];
        return key is not null && Convert.TryFromBase64String(key, nonce, out int length) && length == KeyBytes;
    }

#pragma warning disable CA5350 // SHA-1 is what the handshake is made of; nothing is kept secret by it.
    private static string AcceptKey(string key) =>
        Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + KeySuffix)));
#pragma warning restore CA5350
}
