namespace AnyEcg.Mqtt;

/// <summary>A QoS 1 or 2 message between its publish call and its last acknowledgement. Guarded by the window it waits in.</summary>
internal sealed class PendingPublish(MqttMessage message, long order)
{
    public MqttMessage Message { get; } = message;

    /// <summary>Number of the publish call.</summary>
    public long Order { get; } = order;

    /// <summary>0 until it is first sent.</summary>
    public ushort PacketId { get; set; }

    /// <summary>The caller no longer waits, and it was not sent.</summary>
    public bool Withdrawn { get; set; }

    /// <summary>The broker may already have it, from an earlier connection of the same session.</summary>
    public bool Duplicate { get; set; }

    /// <summary>QoS 2: number of its PUBREC, from 1; it has been released and waits for its PUBCOMP. 0: not yet.</summary>
    public long Released { get; set; }

    public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The acknowledgement that it waits for.</summary>
    public PacketType Expected => Message.Qos == MqttQos.AtLeastOnce ? PacketType.Puback
        : Released == 0 ? PacketType.Pubrec
        : PacketType.Pubcomp;
}
