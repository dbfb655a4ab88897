using System.Globalization;
using AnyEcg.Mqtt;

namespace AnyEcg.Tool;

/// <summary>A second connection with the same client id: how the first one ends, and whether it gets what that one had not acknowledged.</summary>
internal static class TakeoverProbe
{
    private const int Messages = 8;

    public static async Task<IReadOnlyList<Finding>> RunAsync(ProbeContext context, CancellationToken cancel)
    {
        string topic = context.Topic("takeover");
        await using ProbeClient first = await context.ConnectPersistentAsync("takeover", clean: true, cancel, holds: true);
        await first.SubscribeAsync(topic, cancel);
        await using ProbeClient publisher = await context.ConnectAsync("takeover-publisher", null, cancel);
        for (int i = 0; i < Messages; i++)
        {
            await publisher.PublishAsync(context.Numbered(topic, i), cancel);
        }

        int held = (await first.GatherAsync(Messages, context.Options.Silence, cancel)).Count;
        await using ProbeClient second = await context.ConnectPersistentAsync("takeover", clean: false, cancel);
        MqttConnectionChange? end = await EndAsync(first, context, cancel);
        IReadOnlyList<ProbeMessage> again = await second.GatherAsync(Messages, context.Options.Silence, cancel);
        await publisher.LeaveAsync(keepSession: false, cancel);
        await second.LeaveAsync(keepSession: false, cancel);
        return [Ending(end), Redelivery(held, again)];
    }

    private static async Task<MqttConnectionChange?> EndAsync(ProbeClient first, ProbeContext context, CancellationToken cancel)
    {
        try
        {
            return await first.Ended.WaitAsync(context.Options.Silence * 2, context.Time, cancel);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private static Finding Ending(MqttConnectionChange? end)
    {
        (string measured, ProbeVerdict verdict) = end switch
        {
            null => ("the first connection stays open", ProbeVerdict.LosesData),
            { ReasonCode: MqttReasonCode.SessionTakenOver } => ("the first connection is told (0x8E)", ProbeVerdict.Good),
            _ => ($"the first connection is closed without that reason ({end.Value.Reason})", ProbeVerdict.Note),
        };
        string? setting = verdict switch
        {
            ProbeVerdict.LosesData => "two workers with one client id would share the frames: give each its own Worker:Id",
            ProbeVerdict.Note => "two workers with one client id throw each other out until they back off: give each its own Worker:Id",
            _ => null,
        };
        return new Finding("takeover", "second connection with a client id", measured, verdict, setting)
        {
            Values = [("closed", end is not null), ("reasonCode", end is null ? null : (int)end.Value.ReasonCode)],
        };
    }

    private static Finding Redelivery(int held, IReadOnlyList<ProbeMessage> again)
    {
        int distinct = again.Select(m => m.Number).Distinct().Count();
        bool inOrder = again.Zip(again.Skip(1)).All(pair => pair.First.Number < pair.Second.Number);
        int marked = again.Count(m => m.Duplicate);
        bool all = distinct == Messages;
        string measured = string.Create(
            CultureInfo.InvariantCulture,
            $"{distinct} of {Messages} sent again ({held} had been held), {marked} marked as such, {(inOrder ? "in order" : "not in order")}");
        ProbeVerdict verdict = !all ? ProbeVerdict.LosesData : inOrder ? ProbeVerdict.Good : ProbeVerdict.NeedsSetting;
        return new Finding(
            "takeover-unacknowledged",
            "unacknowledged messages at a takeover",
            measured,
            verdict,
            verdict switch
            {
                ProbeVerdict.LosesData => "what a crashed worker had not acknowledged is lost at this broker",
                ProbeVerdict.NeedsSetting => "the worker puts frames within ten seconds of samples in order again",
                _ => null,
            })
        {
            Values = [("sent", Messages), ("held", held), ("redelivered", distinct), ("duplicateFlag", marked), ("inOrder", inOrder)],
        };
    }
}
