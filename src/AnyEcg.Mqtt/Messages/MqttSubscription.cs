namespace AnyEcg.Mqtt;

/// <summary>When a subscription is answered with the retained messages that match it.</summary>
public enum MqttRetainHandling : byte
{
    /// <summary>At every subscribe.</summary>
    Always = 0,

    /// <summary>Only when the session did not hold the subscription yet.</summary>
    OnlyIfNew = 1,

    Never = 2,
}

/// <summary>One topic filter with its options. Under MQTT 3.1.1 only filter and level exist; the rest has no effect.</summary>
/// <param name="Filter">
/// Topic filter; <c>+</c> stands for one level, a last <c>#</c> for any number of levels. <c>$share/group/filter</c>: each message
/// goes to one client of the group.
/// </param>
/// <param name="Qos">The highest level at which messages are wanted.</param>
/// <param name="RetainHandling">When retained messages are sent.</param>
/// <param name="NoLocal">Do not send messages that this client published itself. Not on a shared subscription.</param>
/// <param name="RetainAsPublished">Forwarded messages keep the Retain flag of their publisher.</param>
/// <param name="Identifier">1 to 268,435,455: comes back with every message of this subscription. 0: none.</param>
public sealed record MqttSubscription(
    string Filter,
    MqttQos Qos = MqttQos.AtLeastOnce,
    MqttRetainHandling RetainHandling = MqttRetainHandling.Always,
    bool NoLocal = false,
    bool RetainAsPublished = false,
    uint Identifier = 0);
