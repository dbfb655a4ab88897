namespace AnyEcg.Mqtt;

/// <summary>A QoS 1 message between its publish call and its PUBACK. Guarded by the window it waits in.</summary>
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

    public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
