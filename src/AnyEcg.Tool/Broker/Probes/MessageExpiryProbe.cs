using AnyEcg.Mqtt;

namespace AnyEcg.Tool;

/// <summary>Whether a message's life time ends in the queue of an absent client and in the retained state.</summary>
internal static class MessageExpiryProbe
{
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(1), Absence = TimeSpan.FromSeconds(3);

    public static async Task<IReadOnlyList<Finding>> RunAsync(ProbeContext context, CancellationToken cancel)
    {
        if (!context.IsV5)
        {
            return [new Finding("message-expiry", "message expiry", "3.1.1 has none: rhythm summaries stay retained until the next one", ProbeVerdict.Note)];
        }

        string queued = context.Topic("expiring"), retained = context.Topic("expiring-retained");
        await using (ProbeClient first = await context.ConnectPersistentAsync("expiring", clean: true, cancel))
        {
            await first.SubscribeAsync(queued, cancel);
            await first.LeaveAsync(keepSession: true, cancel);
        }

        await using (ProbeClient publisher = await context.ConnectAsync("expiring-publisher", null, cancel))
        {
            await publisher.PublishAsync(context.Numbered(queued, 1, expiry: Life), cancel);
            await publisher.PublishAsync(context.Numbered(queued, 2), cancel);
            await publisher.PublishAsync(context.Numbered(retained, 3, retain: true, expiry: Life), cancel);
            await publisher.LeaveAsync(keepSession: false, cancel);
        }

        await Task.Delay(Absence, context.Time, cancel);
        await using ProbeClient again = await context.ConnectPersistentAsync("expiring", clean: false, cancel);
        int[] came = [.. (await again.GatherAsync(2, context.Options.Silence, cancel)).Select(m => m.Number)];
        await again.SubscribeAsync(retained, cancel);
        bool stays = (await again.GatherAsync(came.Length + 1, context.Options.Silence / 2, cancel)).Any(m => m.Number == 3);
        await again.LeaveAsync(keepSession: false, cancel);
        return [Found(came, stays)];
    }

    private static Finding Found(int[] came, bool stays)
    {
        bool dropped = !came.Contains(1), kept = came.Contains(2);
        string measured = $"{(dropped ? "ends in the queue" : "ignored in the queue")}, {(stays ? "ignored" : "ends")} in the retained state";
        ProbeVerdict verdict = !kept ? ProbeVerdict.LosesData : dropped && !stays ? ProbeVerdict.Good : ProbeVerdict.NeedsSetting;
        string? setting = verdict switch
        {
            ProbeVerdict.LosesData => "a message without a life time was lost beside one with it",
            ProbeVerdict.NeedsSetting => "rhythm summaries of streams that are gone stay retained: backends must look at their time",
            _ => null,
        };
        return new Finding("message-expiry", "message expiry", measured, verdict, setting) { Values = [("inQueue", dropped), ("inRetained", !stays)] };
    }
}
