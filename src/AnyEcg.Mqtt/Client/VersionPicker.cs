namespace AnyEcg.Mqtt;

/// <summary>
/// The protocol level of the next connection. A level that worked stays; one that the broker refuses, or whose CONNECT it
/// answers by closing while none has worked yet, gives way to the other. Connection loop only.
/// </summary>
internal sealed class VersionPicker
{
    private readonly bool isFixed;
    private readonly MqttCounters counters;
    private bool proven;

    public VersionPicker(MqttVersionChoice choice, MqttCounters counters)
    {
        this.counters = counters;
        isFixed = choice != MqttVersionChoice.Auto;
        Current = choice == MqttVersionChoice.V311 ? MqttVersion.V311 : MqttVersion.V5;
    }

    public MqttVersion Current { get; private set; }

    public void OnConnected() => proven = true;

    /// <summary>After a failed attempt; true: the other level is worth trying at once.</summary>
    public bool OnRefused(LinkEnd end)
    {
        bool refused = end.ReasonCode == MqttReasonCode.UnsupportedProtocolVersion;
        bool closed = end.ClosedByPeer && !proven;
        if (isFixed || (!refused && !closed))
            return false;
        proven = false;
        bool falls = Current == MqttVersion.V5;
        Current = falls ? MqttVersion.V311 : MqttVersion.V5;
        if (falls)
            counters.Add(MqttCounters.Kind.ProtocolFallbacks);

        // A close may have any cause: trying the other level for it needs no hurry. The way back is never in a hurry.
        return falls && refused;
    }
}
