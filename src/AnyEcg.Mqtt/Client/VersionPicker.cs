namespace AnyEcg.Mqtt;

/// <summary>
/// The protocol level of the next connection. A level that worked stays; one that the broker refuses gives way to the other. A
/// broker that closes instead of answering may be too old for MQTT 5 (RabbitMQ 3.10 does so) or just not there yet, behind a
/// proxy. So when 3.1.1 gets an answer after that, the connection is left at once for one more attempt with 5: only if that is
/// closed too, by a broker that is there, it is 3.1.1. Connection loop only.
/// </summary>
internal sealed class VersionPicker
{
    private readonly bool isFixed;
    private readonly MqttCounters counters;
    private bool proven;
    private bool probed;

    public VersionPicker(MqttVersionChoice choice, MqttCounters counters)
    {
        this.counters = counters;
        isFixed = choice != MqttVersionChoice.Auto;
        Current = choice == MqttVersionChoice.V311 ? MqttVersion.V311 : MqttVersion.V5;
    }

    public MqttVersion Current { get; private set; }

    /// <summary>The next connection is to be left at its CONNACK.</summary>
    public bool OnlyProbes { get; private set; }

    public void OnConnected() => proven = true;

    /// <summary>A broker is there that speaks 3.1.1.</summary>
    public void OnProbed()
    {
        (probed, OnlyProbes) = (true, false);
        Current = MqttVersion.V5;
    }

    /// <summary>After a failed attempt; true: the other level is worth trying at once.</summary>
    public bool OnFailed(LinkEnd end)
    {
        bool refused = end.ReasonCode == MqttReasonCode.UnsupportedProtocolVersion;
        bool closed = end.ClosedByPeer && !proven;
        bool isSure = refused || (closed && probed);
        probed = false;
        if (isFixed || (!refused && !closed))
            return false;
        proven = false;
        bool falls = Current == MqttVersion.V5;
        Current = falls ? MqttVersion.V311 : MqttVersion.V5;
        OnlyProbes = falls && !isSure;
        if (falls && isSure)
            counters.Add(MqttCounters.Kind.ProtocolFallbacks);

        // The way back is never in a hurry, so that two refusals do not make a busy loop.
        return falls && isSure;
    }
}
