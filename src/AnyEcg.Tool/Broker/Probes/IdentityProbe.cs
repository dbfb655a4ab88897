using AnyEcg.Mqtt;

namespace AnyEcg.Tool;

/// <summary>Which broker it is, as far as it tells, and which protocol versions it speaks. Sets the version of the other probes.</summary>
internal static class IdentityProbe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <exception cref="MqttException">It speaks none of them, or is not there; the message is why.</exception>
    public static async Task<IReadOnlyList<Finding>> RunAsync(ProbeContext context, CancellationToken cancel)
    {
        string? five = await TryAsync(context, MqttVersionChoice.V5, cancel), three = await TryAsync(context, MqttVersionChoice.V311, cancel);
        if (five is not null && three is not null)
        {
            throw new MqttException(MqttReasonCode.ServerUnavailable, five);
        }

        context.Version = five is null ? MqttVersionChoice.V5 : MqttVersionChoice.V311;
        string name = await NameAsync(context, cancel);
        context.Kind = name.Contains("mosquitto", StringComparison.OrdinalIgnoreCase) ? BrokerKind.Mosquitto : BrokerKind.Unknown;
        string measured = five is null ? (three is null ? "5 and 3.1.1" : $"5 only ({three})") : $"3.1.1 only ({five})";
        return
        [
            new Finding("name", "name", name.Length > 0 ? name : "does not tell it on $SYS/broker/version", ProbeVerdict.Note) { Values = [("name", name)] },
            new Finding(
                "versions",
                "protocol versions",
                measured,
                five is null ? ProbeVerdict.Good : ProbeVerdict.NeedsSetting,
                five is null
                    ? null
                    : "3.1.1 carries no Content Type, no reason for a refusal and no Receive Maximum: descriptors must name their contentType, and the broker sets how long sessions last")
            {
                Values = [("v5", five is null), ("v311", three is null)],
            },
        ];
    }

    /// <summary>Null, or why not.</summary>
    private static async Task<string?> TryAsync(ProbeContext context, MqttVersionChoice version, CancellationToken cancel)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Patience);
        try
        {
            await using ProbeClient client = await context.ConnectAsync("version", options => options.ProtocolVersion = version, patience.Token);
            await client.LeaveAsync(keepSession: false, patience.Token);
            return null;
        }
        catch (MqttException e)
        {
            return e.Message;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return "no answer";
        }
    }

    private static async Task<string> NameAsync(ProbeContext context, CancellationToken cancel)
    {
        await using ProbeClient client = await context.ConnectAsync("name", null, cancel);
        try
        {
            await client.SubscribeAsync("$SYS/broker/version", cancel);
        }
        catch (MqttException)
        {
            // Not everybody may know.
            return "";
        }

        IReadOnlyList<ProbeMessage> said = await client.GatherAsync(1, context.Options.Silence / 2, cancel);
        return said.Count > 0 ? said[0].Text : "";
    }
}
