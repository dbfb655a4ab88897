using System.Globalization;
using AnyEcg.Mqtt;

namespace AnyEcg.Tool;

/// <summary>Whether the broker says that a client has vanished, waits as the Will Delay asks, and keeps silent when the client returns in time.</summary>
internal static class WillProbe
{
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(2), Grace = TimeSpan.FromSeconds(6);

    public static async Task<IReadOnlyList<Finding>> RunAsync(ProbeContext context, CancellationToken cancel)
    {
        await using ProbeClient observer = await context.ConnectAsync("will-observer", null, cancel);
        await observer.SubscribeAsync(context.Topic("will/+"), cancel);
        TimeSpan? now = await DropAsync(context, observer, "now", TimeSpan.Zero, cancel);
        List<Finding> findings = [Immediate(now)];
        if (context.IsV5)
        {
            TimeSpan? later = await DropAsync(context, observer, "later", Delay, cancel);
            bool early = await ReturnAsync(context, observer, cancel);
            findings.Add(Delayed(later, early));
        }

        await observer.LeaveAsync(keepSession: false, cancel);
        return findings;
    }

    /// <summary>Drops a client and returns after how long its Will came; null: not at all.</summary>
    private static async Task<TimeSpan?> DropAsync(ProbeContext context, ProbeClient observer, string name, TimeSpan delay, CancellationToken cancel)
    {
        await using (ProbeClient victim = await ConnectAsync(context, name, clean: true, delay, cancel))
        {
            // Disposing drops the connection without a word.
        }

        long dropped = context.Time.GetTimestamp();
        int before = observer.Received.Count;
        IReadOnlyList<ProbeMessage> wills = await observer.GatherAsync(before + 1, Grace, cancel);
        return wills.LastOrDefault(m => m.Topic == context.Topic($"will/{name}")) is { } will
            ? context.Time.GetElapsedTime(Math.Min(dropped, will.At), will.At)
            : null;
    }

    /// <summary>A client that is back before its delay is over: true when its Will came all the same.</summary>
    private static async Task<bool> ReturnAsync(ProbeContext context, ProbeClient observer, CancellationToken cancel)
    {
        await using (ProbeClient victim = await ConnectAsync(context, "back", clean: true, Delay, cancel))
        {
            // Dropped, and back at once.
        }

        await using ProbeClient back = await ConnectAsync(context, "back", clean: false, Delay, cancel);
        await Task.Delay(Delay * 1.75, context.Time, cancel);
        bool came = observer.Received.Any(m => m.Topic == context.Topic("will/back"));
        await back.LeaveAsync(keepSession: false, cancel);
        return came;
    }

    private static Task<ProbeClient> ConnectAsync(ProbeContext context, string name, bool clean, TimeSpan delay, CancellationToken cancel) =>
        context.ConnectPersistentAsync($"will-{name}", clean, cancel, options =>
        {
            options.Will = context.Numbered(context.Topic($"will/{name}"), 1);
            options.WillDelay = delay;
        });

    private static Finding Immediate(TimeSpan? after) => new(
        "will",
        "Will",
        after is { } time ? Text($"published {time.TotalSeconds:0.0} s after the connection broke") : "not published",
        after is null ? ProbeVerdict.NeedsSetting : ProbeVerdict.Good,
        after is null ? "a device that vanishes is noticed by its missing data only (Worker:NoDataSeconds)" : null)
    {
        Values = [("seconds", after is { } t ? Math.Round(t.TotalSeconds, 2) : null)],
    };

    private static Finding Delayed(TimeSpan? after, bool early)
    {
        bool good = after >= Delay * 0.75 && !early;
        string measured = after is { } time
            ? Text($"published {time.TotalSeconds:0.0} s after the loss with a delay of {Delay.TotalSeconds:0} s, {(early ? "also" : "not")} for a client that is back in time")
            : "not published";
        return new Finding(
            "will-delay", "Will Delay", measured, good ? ProbeVerdict.Good : ProbeVerdict.NeedsSetting, good ? null : "every short loss of the worker's connection shows as a worker that is down")
        {
            Values = [("seconds", after is { } t ? Math.Round(t.TotalSeconds, 2) : null), ("withheldOnReturn", !early)],
        };
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
