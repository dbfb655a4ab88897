using AnyEcg.Mqtt;

namespace AnyEcg.Tool;

/// <summary>Retained state: kept for a new subscriber, not repeated for an old one (Retain Handling 1), cleared by an empty payload.</summary>
internal static class RetainedProbe
{
    public static async Task<IReadOnlyList<Finding>> RunAsync(ProbeContext context, CancellationToken cancel)
    {
        string topic = context.Topic("retained");
        await using ProbeClient publisher = await context.ConnectAsync("retained-publisher", null, cancel);
        await publisher.PublishAsync(context.Numbered(topic, 7, retain: true), cancel);
        await using ProbeClient reader = await context.ConnectAsync("retained-1", null, cancel);
        MqttSubscription once = new(topic, RetainHandling: context.IsV5 ? MqttRetainHandling.OnlyIfNew : MqttRetainHandling.Always);
        await reader.SubscribeAsync(once, cancel);
        IReadOnlyList<ProbeMessage> first = await reader.GatherAsync(1, context.Options.Silence, cancel);
        bool kept = first is [{ Number: 7, Retain: true }];
        await reader.SubscribeAsync(once, cancel);
        bool repeated = (await reader.GatherAsync(2, context.Options.Silence / 2, cancel)).Count > 1;
        await reader.LeaveAsync(keepSession: false, cancel);

        await publisher.PublishAsync(new MqttMessage { Topic = topic, Qos = MqttQos.AtLeastOnce, Retain = true }, cancel);
        await publisher.LeaveAsync(keepSession: false, cancel);
        await using ProbeClient later = await context.ConnectAsync("retained-2", null, cancel);
        await later.SubscribeAsync(topic, cancel);
        bool cleared = (await later.GatherAsync(1, context.Options.Silence / 2, cancel)).Count == 0;
        await later.LeaveAsync(keepSession: false, cancel);
        return [Kept(context, kept, cleared), Handling(context, repeated)];
    }

    private static Finding Kept(ProbeContext context, bool kept, bool cleared)
    {
        string measured = $"{(kept ? "kept" : "not kept")}, {(cleared ? "cleared" : "not cleared")} by an empty payload";
        ProbeVerdict verdict = !kept ? ProbeVerdict.LosesData : cleared ? ProbeVerdict.Good : ProbeVerdict.NeedsSetting;
        string? setting = verdict switch
        {
            ProbeVerdict.LosesData => $"descriptors must be retained; {BrokerAdvice.Retain(context.Kind)}",
            ProbeVerdict.NeedsSetting => "state of alerts that are over stays at the broker",
            _ => null,
        };
        return new Finding("retained", "retained state", measured, verdict, setting) { Values = [("kept", kept), ("cleared", cleared)] };
    }

    private static Finding Handling(ProbeContext context, bool repeated)
    {
        if (!context.IsV5)
        {
            return new Finding("retain-handling", "Retain Handling 1", "3.1.1 has none: every subscribe repeats the retained state", ProbeVerdict.Note);
        }

        return new Finding(
            "retain-handling",
            "Retain Handling 1",
            repeated ? "ignored: a subscribe repeats the retained state" : "honoured",
            repeated ? ProbeVerdict.Note : ProbeVerdict.Good,
            repeated ? "harmless: the worker takes descriptors any number of times" : null)
        {
            Values = [("honoured", !repeated)],
        };
    }
}
