namespace AnyEcg.Mqtt;

/// <summary>
/// Where to connect: the configured server, or the one it named (MQTT 5.0, section 4.11). "Moved" holds from then on; "use
/// another" until that other one fails. Connection loop only.
/// </summary>
internal sealed class ServerAddress
{
    private readonly MqttCounters counters;
    private MqttClientOptions home;

    public ServerAddress(MqttClientOptions configured, MqttCounters counters)
    {
        this.counters = counters;
        home = Target = configured;
    }

    public MqttClientOptions Target { get; private set; }

    /// <summary>Follows a reference where allowed; true: the next attempt goes elsewhere.</summary>
    public bool OnEnded(LinkEnd end, bool wasConnected)
    {
        bool names = end.ReasonCode is MqttReasonCode.UseAnotherServer or MqttReasonCode.ServerMoved;
        if (names && home.FollowServerReference && TryParse(end.ServerReference, home.Port, out string host, out int port))
        {
            Target = home.At(host, port);
            if (end.ReasonCode == MqttReasonCode.ServerMoved)
                home = Target;
            counters.Add(MqttCounters.Kind.ServersFollowed);
            return true;
        }

        if (!wasConnected)
            Target = home;
        return false;
    }

    /// <summary>The first of the servers named: a host name or address (IPv6 in brackets), with or without a port.</summary>
    public static bool TryParse(string? reference, int usualPort, out string host, out int port)
    {
        (host, port) = ("", usualPort);
        string first = reference?.Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() ?? "";
        if (!Uri.TryCreate($"mqtt://{first}", UriKind.Absolute, out Uri? uri) || uri.UserInfo.Length > 0 || uri.PathAndQuery is not ("" or "/"))
            return false;
        host = MqttBrokerUrl.HostOf(uri) ?? "";
        port = uri.Port > 0 ? uri.Port : usualPort;

        // The scheme's own rules are wider than those of the ws address that may be made of it.
        return Uri.CheckHostName(host) is not UriHostNameType.Unknown;
    }
}
