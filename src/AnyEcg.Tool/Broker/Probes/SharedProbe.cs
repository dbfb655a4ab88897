using System.Globalization;
using AnyEcg.Mqtt;

namespace AnyEcg.Tool;

/// <summary>A shared subscription with two members: are messages distributed, and what becomes of those that a vanished member held.</summary>
internal static class SharedProbe
{
    private const int Messages = 40;

    /// <summary>The worker does not use them; who adds workers that share must know.</summary>
    private const string Own = "not used by the worker: split streams by group (Ingest:Groups), one worker for each";

    public static async Task<IReadOnlyList<Finding>> RunAsync(ProbeContext context, CancellationToken cancel)
    {
        string topic = context.Topic("shared");
        string filter = $"$share/{context.Prefix}/{topic}";
        await using ProbeClient staying = await context.ConnectAsync("shared-1", null, cancel);
        ProbeClient leaving = await context.ConnectAsync("shared-2", null, cancel, holds: true);
        await using (leaving)
        {
            try
            {
                await staying.SubscribeAsync(filter, cancel);
                await leaving.SubscribeAsync(filter, cancel);
            }
            catch (MqttSubscribeException e)
            {
                return [new Finding("shared", "shared subscription", $"refused: {e.ReasonCode}", ProbeVerdict.Note, Own) { Values = [("available", false)] }];
            }

            await using ProbeClient publisher = await context.ConnectAsync("shared-publisher", null, cancel);
            for (int i = 0; i < Messages; i++)
            {
                await publisher.PublishAsync(context.Numbered(topic, i), cancel);
            }

            await publisher.LeaveAsync(keepSession: false, cancel);
            await staying.GatherAsync(Messages, context.Options.Silence / 2, cancel);
        }

        int one = staying.Received.Count, two = leaving.Received.Count;
        int taken = staying.Received.Concat(leaving.Received).Select(m => m.Number).Distinct().Count();
        IReadOnlyList<ProbeMessage> after = await staying.GatherAsync(Messages, context.Options.Silence, cancel);
        await staying.LeaveAsync(keepSession: false, cancel);
        int inherited = after.Select(m => m.Number).Distinct().Count() - one;
        return [Distribution(one, two, taken), Inheritance(two, inherited, after.Select(m => m.Number).Distinct().Count() == Messages)];
    }

    private static Finding Distribution(int one, int two, int distinct)
    {
        bool works = one + two >= Messages && distinct == Messages && one > 0 && one < Messages;
        return new Finding(
            "shared",
            "shared subscription",
            one + two == 0
                ? "unknown to this broker: no member got anything"
                : string.Create(CultureInfo.InvariantCulture, $"{Messages} messages: {one} and {two} for two members"),
            ProbeVerdict.Note,
            works ? null : Own)
        {
            Values = [("available", true), ("distributed", works), ("first", one), ("second", two)],
        };
    }

    private static Finding Inheritance(int held, int inherited, bool complete) => new(
        "shared-unacknowledged",
        "what a vanished member had not acknowledged",
        held == 0
            ? "no message was held"
            : string.Create(CultureInfo.InvariantCulture, $"{inherited} of {held} went to the other member"),
        ProbeVerdict.Note,
        complete ? null : $"messages are lost when a member of a share vanishes; {Own}")
    {
        Values = [("held", held), ("redelivered", inherited)],
    };
}
