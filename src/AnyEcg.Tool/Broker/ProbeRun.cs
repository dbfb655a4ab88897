using AnyEcg.Mqtt;

namespace AnyEcg.Tool;

/// <summary>All that was found out about a broker.</summary>
internal sealed record ProbeReport(string Url, IReadOnlyList<Finding> Findings)
{
    /// <summary>The worst of the findings.</summary>
    public ProbeVerdict Verdict => Findings.Max(finding => finding.Verdict);

    /// <summary>Nothing is lost, and nothing remained unknown.</summary>
    public bool Fits => Verdict < ProbeVerdict.LosesData;
}

/// <summary>Runs the probes. Those that mostly wait run at the same time; the one that fills a queue runs alone.</summary>
internal sealed class ProbeRun(ProbeOptions options, TimeProvider time)
{
    private static readonly (string Id, Func<ProbeContext, CancellationToken, Task<IReadOnlyList<Finding>>> Run)[] Quick =
    [
        ("limits", LimitsProbe.RunAsync),
        ("takeover", TakeoverProbe.RunAsync),
        ("session-expiry", SessionExpiryProbe.RunAsync),
        ("retained", RetainedProbe.RunAsync),
        ("message-expiry", MessageExpiryProbe.RunAsync),
        ("will", WillProbe.RunAsync),
        ("shared", SharedProbe.RunAsync),
        ("packet-size", PacketSizeProbe.RunAsync),
    ];

    /// <param name="progress">Told what is being looked at.</param>
    /// <param name="cancel">Ends the probe; what it left is cleaned up all the same.</param>
    /// <exception cref="MqttException">There is no broker, or it lets nobody in.</exception>
    public async Task<ProbeReport> RunAsync(Action<string> progress, CancellationToken cancel)
    {
        ProbeContext context = new(options, time);
        progress("versions");
        List<Finding> findings = [.. await IdentityProbe.RunAsync(context, cancel)];
        try
        {
            progress("sessions, retained state, expiry, Will");
            IReadOnlyList<Finding>[] quick = await Task.WhenAll(Quick.Select(probe => GuardAsync(probe.Id, probe.Run, context, cancel)));
            progress("queue of an absent client");
            IReadOnlyList<Finding> backlog = await GuardAsync("queue", BacklogProbe.RunAsync, context, cancel);
            return new ProbeReport(options.Url.ToString(), [.. findings, .. quick[0], .. backlog, .. quick.Skip(1).SelectMany(found => found)]);
        }
        finally
        {
            progress("cleaning up");
            using CancellationTokenSource patience = new(options.Patience, time);
            await CleanAsync(context, patience.Token);
        }
    }

    private async Task<IReadOnlyList<Finding>> GuardAsync(
        string id, Func<ProbeContext, CancellationToken, Task<IReadOnlyList<Finding>>> probe, ProbeContext context, CancellationToken cancel)
    {
        using CancellationTokenSource patience = new(options.Patience, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        try
        {
            return await probe(context, either.Token);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested && e is MqttException or OperationCanceledException)
        {
            string why = patience.IsCancellationRequested ? "it took too long" : e.Message;
            return [new Finding(id, id, why, ProbeVerdict.NotMeasured, "look into the broker's log; access rules must allow the topics under 'anyecg-probe-'")];
        }
    }

    private static async Task CleanAsync(ProbeContext context, CancellationToken cancel)
    {
        try
        {
            await context.CleanAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            // The sessions that are left end by themselves, ten minutes after their connection.
        }
    }
}
