namespace AnyEcg.Mqtt;

/// <summary>What comes after a connection or an attempt.</summary>
/// <param name="State">Shown while waiting.</param>
/// <param name="Wait">Before the next attempt.</param>
/// <param name="IsFinal">There is no next attempt.</param>
internal readonly record struct ReconnectDecision(MqttConnectionState State, TimeSpan Wait, bool IsFinal = false);

/// <summary>
/// Decides when, where and at which level to connect next. Three series of waits: failures and losses double theirs up to the
/// longest; takeovers have a longer one of their own; and a client whose young connections the broker keeps closing without a
/// word is taken for one of two with the same id. Two such clients that both come back at once throw each other out for ever,
/// and neither gets its messages; so whoever is thrown out stays away for long. Connection loop only.
/// </summary>
internal sealed class ReconnectPolicy
{
    /// <summary>A connection closed before this age without a word counts towards a contest.</summary>
    private static readonly TimeSpan Young = TimeSpan.FromSeconds(5);

    private readonly MqttClientOptions options;
    private readonly MqttCounters counters;
    private readonly VersionPicker versions;
    private readonly ServerAddress address;
    private readonly ReconnectBackoff backoff;
    private readonly ReconnectBackoff takenOver;
    private int closedYoung;

    public ReconnectPolicy(MqttClientOptions options, MqttCounters counters)
    {
        this.options = options;
        this.counters = counters;
        versions = new VersionPicker(options.ProtocolVersion, counters);
        address = new ServerAddress(options, counters);
        int seed = options.JitterSeed ?? ReconnectBackoff.SeedOf(options.ClientId);
        backoff = new ReconnectBackoff(options.ReconnectMin, options.ReconnectMax, seed);
        takenOver = new ReconnectBackoff(options.TakenOverDelay, options.TakenOverDelay * 16, seed + 1);
    }

    public MqttVersion Version => versions.Current;

    /// <summary>See <see cref="VersionPicker.OnlyProbes"/>.</summary>
    public bool OnlyProbes => versions.OnlyProbes;

    public MqttClientOptions Target => address.Target;

    public void OnConnected() => versions.OnConnected();

    /// <summary>A probe got its CONNACK.</summary>
    public void OnProbed() => versions.OnProbed();

    /// <summary>An attempt got no successful CONNACK.</summary>
    public ReconnectDecision OnFailed(LinkEnd end)
    {
        bool atOnce = versions.OnFailed(end);
        address.OnEnded(end, wasConnected: false);
        return new ReconnectDecision(MqttConnectionState.Connecting, atOnce ? TimeSpan.Zero : backoff.Next());
    }

    /// <summary>A connection ended after this time.</summary>
    public ReconnectDecision OnLost(LinkEnd end, TimeSpan lived)
    {
        backoff.OnConnectionEnded(lived);
        address.OnEnded(end, wasConnected: true);
        if (end.ReasonCode == MqttReasonCode.SessionTakenOver)
            return OnTakenOver(lived);
        if (IsContested(end, lived))
        {
            counters.Add(MqttCounters.Kind.Contested);
            return new ReconnectDecision(MqttConnectionState.Contested, backoff.Longest());
        }

        return new ReconnectDecision(MqttConnectionState.Connecting, backoff.Next());
    }

    private ReconnectDecision OnTakenOver(TimeSpan lived)
    {
        counters.Add(MqttCounters.Kind.TakenOver);
        takenOver.OnConnectionEnded(lived / 2);
        bool stop = options.OnTakenOver == MqttTakeOver.Stop;
        return new ReconnectDecision(MqttConnectionState.Contested, takenOver.Next(), IsFinal: stop);
    }

    private bool IsContested(LinkEnd end, TimeSpan lived)
    {
        if (options.ContestedAfter == 0)
            return false;
        bool contested = closedYoung >= options.ContestedAfter;
        TimeSpan young = contested && options.ReconnectMax * 2 > Young ? options.ReconnectMax * 2 : Young;
        bool counts = end.ClosedByPeer && lived < young;
        closedYoung = counts ? closedYoung + 1 : 0;
        return closedYoung >= options.ContestedAfter;
    }
}
