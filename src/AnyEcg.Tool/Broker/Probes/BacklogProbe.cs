using System.Globalization;
using AnyEcg.Mqtt;

namespace AnyEcg.Tool;

/// <summary>
/// A subscriber with a persistent session leaves, messages are published at QoS 1, it comes back: how many were kept, which ones were
/// dropped, was the publisher told, is the order kept, and does the broker keep to the Receive Maximum with such a backlog.
/// </summary>
internal static class BacklogProbe
{
    private const int Outstanding = 200;
    private const ushort ReceiveMaximum = 20;

    /// <summary>A 3.1.1 broker that sends more than this without an acknowledgement does not pace at all.</summary>
    private const int Unpaced = 1000;

    public static async Task<IReadOnlyList<Finding>> RunAsync(ProbeContext context, CancellationToken cancel)
    {
        string topic = context.Topic("backlog");
        await using (ProbeClient first = await context.ConnectPersistentAsync("backlog", clean: true, cancel))
        {
            await first.SubscribeAsync(topic, cancel);
            await first.LeaveAsync(keepSession: true, cancel);
        }

        int refused = await FillAsync(context, topic, cancel);
        await using ProbeClient again = await context.ConnectPersistentAsync("backlog", clean: false, cancel, options => options.ReceiveMaximum = ReceiveMaximum, holds: true);
        await again.GatherAsync(context.Options.Messages, context.Options.Silence / 2, cancel);
        int held = again.AcknowledgeHeld();
        int heldLater = (await again.GatherAsync(context.Options.Messages, context.Options.Silence / 2, cancel)).Count - held;
        again.Holds = false;
        IReadOnlyList<ProbeMessage> messages = await again.GatherAsync(context.Options.Messages, context.Options.Silence, cancel);
        bool present = again.Connected.SessionPresent;
        await again.LeaveAsync(keepSession: false, cancel);
        return [Session(context, present), Queue(context, messages, refused), Order(messages), Window(context, held, heldLater)];
    }

    /// <summary>Publishes all and returns how many the broker refused.</summary>
    private static async Task<int> FillAsync(ProbeContext context, string topic, CancellationToken cancel)
    {
        await using ProbeClient publisher = await context.ConnectAsync("filler", null, cancel);
        Queue<Task<bool>> open = new();
        int refused = 0;
        for (int i = 0; i < context.Options.Messages; i++)
        {
            open.Enqueue(IsTakenAsync(publisher, context.Numbered(topic, i), cancel));
            if (open.Count > Outstanding)
            {
                refused += await open.Dequeue() ? 0 : 1;
            }
        }

        foreach (bool taken in await Task.WhenAll(open))
        {
            refused += taken ? 0 : 1;
        }

        await publisher.LeaveAsync(keepSession: false, cancel);
        return refused;
    }

    private static async Task<bool> IsTakenAsync(ProbeClient publisher, MqttMessage message, CancellationToken cancel)
    {
        try
        {
            await publisher.PublishAsync(message, cancel);
            return true;
        }
        catch (MqttPublishException)
        {
            return false;
        }
    }

    private static Finding Session(ProbeContext context, bool present) => new(
        "session",
        "persistent session",
        present ? "kept while the client is away" : "gone when the client came back",
        present ? ProbeVerdict.Good : ProbeVerdict.LosesData,
        present ? null : BrokerAdvice.Session(context.Kind))
    {
        Values = [("kept", present)],
    };

    private static Finding Queue(ProbeContext context, IReadOnlyList<ProbeMessage> messages, int refused)
    {
        int sent = context.Options.Messages;
        HashSet<int> distinct = [.. messages.Select(m => m.Number)];
        int missing = sent - distinct.Count;
        string dropped = Dropped(distinct, sent);
        bool told = refused >= missing && missing > 0;
        string measured = missing == 0
            ? Text($"all of {sent} messages kept")
            : Text($"{distinct.Count} of {sent} messages kept, {dropped} dropped; the publisher was {(told ? "told" : "not told")}");
        return new Finding(
            "queue",
            "queue of an absent client",
            measured,
            missing == 0 ? ProbeVerdict.Good : told ? ProbeVerdict.NeedsSetting : ProbeVerdict.LosesData,
            missing == 0 ? null : BrokerAdvice.Queue(context.Kind))
        {
            Values = [("sent", sent), ("kept", distinct.Count), ("refused", refused), ("dropped", dropped)],
        };
    }

    /// <summary>Which end of the queue fell off.</summary>
    private static string Dropped(HashSet<int> kept, int sent)
    {
        if (kept.Count == sent)
        {
            return "none";
        }

        if (kept.Count == 0)
        {
            return "all";
        }

        bool first = kept.Contains(0), last = kept.Contains(sent - 1);
        return (first, last) switch
        {
            (true, false) => "the newest",
            (false, true) => "the oldest",
            _ => "some",
        };
    }

    private static Finding Order(IReadOnlyList<ProbeMessage> messages)
    {
        bool kept = messages.Zip(messages.Skip(1)).All(pair => pair.First.Number < pair.Second.Number || pair.Second.Duplicate);
        return new Finding(
            "order", "order of the backlog", kept ? "kept" : "not kept", kept ? ProbeVerdict.Good : ProbeVerdict.NeedsSetting, kept ? null : "the worker's reorder tolerance is ten seconds of samples")
        {
            Values = [("kept", kept)],
        };
    }

    /// <summary>Twice: at the connect, and after the acknowledgement of the first lot, when some brokers lose count.</summary>
    private static Finding Window(ProbeContext context, int held, int heldLater)
    {
        int allowed = context.IsV5 ? ReceiveMaximum : Unpaced;
        bool exceeded = Math.Max(held, heldLater) > allowed;
        string asked = context.IsV5 ? Text($"{ReceiveMaximum} allowed") : "3.1.1 cannot limit it";
        return new Finding(
            "receive-maximum",
            "unacknowledged at a time",
            Text($"{held} of a backlog at the connect, {heldLater} once those are acknowledged; {asked}"),
            exceeded ? ProbeVerdict.NeedsSetting : context.IsV5 ? ProbeVerdict.Good : ProbeVerdict.Note,
            exceeded ? BrokerAdvice.InFlight(context.Kind) : null)
        {
            Values = [("held", held), ("heldLater", heldLater), ("allowed", context.IsV5 ? ReceiveMaximum : null), ("exceeded", exceeded)],
        };
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
