using System.Globalization;
using AnyEcg.Mqtt;

namespace AnyEcg.Tool;

/// <summary>What the broker announces in its CONNACK, and how long it grants a session.</summary>
internal static class LimitsProbe
{
    /// <summary>A frame of ten seconds of twelve leads; descriptors are smaller.</summary>
    private const uint EnoughBytes = 1 << 17;

    private static readonly TimeSpan Wanted = TimeSpan.FromDays(1);

    public static async Task<IReadOnlyList<Finding>> RunAsync(ProbeContext context, CancellationToken cancel)
    {
        if (!context.IsV5)
        {
            return [new Finding("limits", "announced limits", "3.1.1 announces none", ProbeVerdict.Note)];
        }

        await using ProbeClient client = await context.ConnectPersistentAsync("limits", clean: true, cancel, options => options.SessionExpiry = Wanted);
        MqttAnnouncement limits = client.Connected.Announced!;
        TimeSpan granted = client.Connected.SessionExpiry ?? Wanted;
        await client.LeaveAsync(keepSession: false, cancel);
        return [Limits(context.Kind, limits), Session(context.Kind, granted)];
    }

    private static Finding Limits(BrokerKind kind, MqttAnnouncement limits)
    {
        (ProbeVerdict verdict, string? setting) = limits switch
        {
            { MaximumQos: MqttQos.AtMostOnce } => (ProbeVerdict.LosesData, "QoS 1 must be allowed: without it nothing is kept for an absent worker"),
            { RetainAvailable: false } => (ProbeVerdict.LosesData, BrokerAdvice.Retain(kind)),
            { WildcardSubscriptions: false } => (ProbeVerdict.LosesData, "wildcard subscriptions must be allowed: the worker subscribes to ecg/v1/+/+/frame"),
            { MaximumPacketSize: < EnoughBytes } => (ProbeVerdict.NeedsSetting, BrokerAdvice.PacketSize(kind)),
            _ => (ProbeVerdict.Good, null),
        };
        string size = limits.MaximumPacketSize is { } bytes ? Text($"{bytes} bytes") : "not limited";
        string keepAlive = limits.ServerKeepAlive is { } interval ? Text($"{interval.TotalSeconds:0} s") : "as asked";
        string measured = Text($"Receive Maximum {limits.ReceiveMaximum}, QoS up to {(int)limits.MaximumQos}, ")
            + Text($"retain {YesNo(limits.RetainAvailable)}, packet size {size}, {limits.TopicAliasMaximum} topic aliases, keep-alive {keepAlive}, ")
            + $"wildcards {YesNo(limits.WildcardSubscriptions)}, shared {YesNo(limits.SharedSubscriptions)}, "
            + $"subscription ids {YesNo(limits.SubscriptionIdentifiers)}";
        return new Finding("limits", "announced limits", measured, verdict, setting)
        {
            Values =
            [
                ("receiveMaximum", limits.ReceiveMaximum),
                ("maximumQos", (int)limits.MaximumQos),
                ("retain", limits.RetainAvailable),
                ("maximumPacketSize", limits.MaximumPacketSize),
                ("topicAliasMaximum", limits.TopicAliasMaximum),
                ("serverKeepAliveSeconds", limits.ServerKeepAlive?.TotalSeconds),
                ("wildcardSubscriptions", limits.WildcardSubscriptions),
                ("sharedSubscriptions", limits.SharedSubscriptions),
                ("subscriptionIdentifiers", limits.SubscriptionIdentifiers),
            ],
        };
    }

    private static Finding Session(BrokerKind kind, TimeSpan granted)
    {
        bool enough = granted >= Wanted;
        return new Finding(
            "session-granted",
            "session expiry granted",
            Text($"{granted.TotalSeconds:0} s of {Wanted.TotalSeconds:0} s asked for"),
            enough ? ProbeVerdict.Good : ProbeVerdict.NeedsSetting,
            enough ? null : BrokerAdvice.Expiry(kind))
        {
            Values = [("seconds", granted.TotalSeconds)],
        };
    }

    private static string YesNo(bool value) => value ? "yes" : "no";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
