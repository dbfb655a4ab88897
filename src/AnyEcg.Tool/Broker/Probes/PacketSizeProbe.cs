using System.Globalization;
using AnyEcg.Mqtt;

namespace AnyEcg.Tool;

/// <summary>The largest message that goes through, of the sizes that matter: up to the largest frame there is.</summary>
internal static class PacketSizeProbe
{
    private const int Descriptor = 64 * 1024;

    private static readonly int[] Sizes = [10_000, Descriptor, 250_000, 1_000_000];

    public static async Task<IReadOnlyList<Finding>> RunAsync(ProbeContext context, CancellationToken cancel)
    {
        int largest = 0;
        string why = "";
        foreach (int size in Sizes)
        {
            why = await TryAsync(context, size, cancel);
            if (why.Length > 0)
            {
                break;
            }

            largest = size;
        }

        bool enough = largest == Sizes[^1];
        string measured = string.Create(CultureInfo.InvariantCulture, $"{largest} bytes go through{(enough ? "" : $", more do not: {why}")}");
        ProbeVerdict verdict = enough ? ProbeVerdict.Good : largest >= Descriptor ? ProbeVerdict.NeedsSetting : ProbeVerdict.LosesData;
        return [new Finding("packet-size", "largest message", measured, verdict, enough ? null : BrokerAdvice.PacketSize(context.Kind)) { Values = [("bytes", largest)] }];
    }

    /// <summary>Empty, or why it did not go through.</summary>
    private static async Task<string> TryAsync(ProbeContext context, int size, CancellationToken cancel)
    {
        string topic = context.Topic("size");
        await using ProbeClient subscriber = await context.ConnectAsync("size-subscriber", null, cancel);
        await using ProbeClient publisher = await context.ConnectAsync("size-publisher", null, cancel);
        await subscriber.SubscribeAsync(topic, cancel);
        try
        {
            Task publishing = publisher.PublishAsync(context.Numbered(topic, size, size), cancel).AsTask();
            await Task.WhenAny(publishing, publisher.Ended);
            if (!publishing.IsCompleted)
            {
                return (await publisher.Ended).Reason;
            }

            await publishing;
        }
        catch (MqttPublishException e)
        {
            return e.Message;
        }

        bool came = (await subscriber.GatherAsync(1, context.Options.Silence, cancel)).Any(m => m.Bytes == size);
        return came ? "" : "acknowledged, and never delivered";
    }
}
