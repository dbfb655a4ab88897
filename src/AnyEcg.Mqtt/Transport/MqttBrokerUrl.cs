using System.Globalization;
using System.Net;

namespace AnyEcg.Mqtt;

/// <summary>
/// Where a broker is and how it is reached: <c>mqtt://host:1883</c>, <c>mqtts://host:8883</c>, <c>ws://host:80/mqtt</c> or
/// <c>wss://host:443/mqtt</c>, each with its usual port and path when left out. Immutable.
/// </summary>
/// <param name="Host">Name or address, an IPv6 address without brackets.</param>
/// <param name="Port">1 to 65,535.</param>
/// <param name="UseTls">mqtts or wss.</param>
/// <param name="WebSocketPath">Path (and query) of the WebSocket; null: plain TCP.</param>
public sealed record MqttBrokerUrl(string Host, int Port, bool UseTls, string? WebSocketPath)
{
    private const string UsualPath = "/mqtt";

    /// <summary>A longer text is no address.</summary>
    private const int MaxLength = 2048;

    /// <summary>RFC 1035, section 2.3.4; the resolver throws at a longer one.</summary>
    private const int MaxHostLength = 255;

    /// <summary>Nobody but this machine can read what is sent there.</summary>
    public bool IsLoopback => Host == "localhost" || (IPAddress.TryParse(Host, out IPAddress? address) && IPAddress.IsLoopback(address));

    private string Scheme => WebSocketPath is null ? UseTls ? "mqtts" : "mqtt" : UseTls ? "wss" : "ws";

    /// <summary>Reads a URL; the fault, in words, is null exactly when there is none. The fault repeats nothing of the text.</summary>
    public static string? TryParse(string text, out MqttBrokerUrl? url)
    {
        url = null;
        if (text.Length > MaxLength || !Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) || HostOf(uri) is not { Length: > 0 } host)
            return "not a URL of the form mqtts://host:port";
        (bool known, bool tls, bool webSocket, int port) = uri.Scheme switch
        {
            "mqtt" => (true, false, false, 1883),
            "mqtts" => (true, true, false, 8883),
            "ws" => (true, false, true, 80),
            "wss" => (true, true, true, 443),
            _ => default,
        };
        if (!known)
            return "the scheme must be mqtt, mqtts, ws or wss";
        if (uri.UserInfo.Length > 0)
            return "user name and password do not belong into a URL: it is logged, and seen in the list of processes";
        if (uri.Fragment.Length > 0 || (!webSocket && uri.PathAndQuery is not ("" or "/")))
            return webSocket ? "a URL of a broker has no fragment" : "a path belongs to ws and wss only";
        bool pathGiven = uri.PathAndQuery is not ("" or "/") || text.EndsWith('/');
        string? path = !webSocket ? null : pathGiven ? uri.PathAndQuery : UsualPath;
        url = new MqttBrokerUrl(host, uri.Port > 0 ? uri.Port : port, tls, path);
        return null;
    }

    /// <summary>The host in ASCII, an IPv6 address without brackets; null for a name that no DNS can hold.</summary>
    internal static string? HostOf(Uri uri)
    {
        try
        {
            string host = uri.IdnHost.Trim('[', ']');
            return host.Length <= MaxHostLength ? host : null;
        }
        catch (UriFormatException)
        {
            return null;
        }
    }

    /// <summary>The address that options name.</summary>
    public static MqttBrokerUrl Of(MqttClientOptions options) => new(options.Host, options.Port, options.UseTls, options.WebSocketPath);

    /// <summary>Sets host, port, TLS and path of options.</summary>
    public void ApplyTo(MqttClientOptions options)
    {
        options.Host = Host;
        options.Port = Port;
        options.UseTls = UseTls;
        options.WebSocketPath = WebSocketPath;
    }

    public override string ToString()
    {
        string host = Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host;
        return string.Create(CultureInfo.InvariantCulture, $"{Scheme}://{host}:{Port}{WebSocketPath}");
    }

    internal Uri ToUri() => new(ToString());
}
