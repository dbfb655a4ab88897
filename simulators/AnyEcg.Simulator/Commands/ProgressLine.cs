using System.Globalization;

namespace AnyEcg.Simulator;

/// <summary>One line on the terminal that says how a run goes; nothing where the output is no terminal.</summary>
internal sealed class ProgressLine(SimulatedFleet fleet, TextWriter output, bool terminal, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Rewrites the line every second while the work is done.</summary>
    public async Task DuringAsync(Func<Task> work)
    {
        using CancellationTokenSource done = new();
        Task line = RunAsync(done.Token);
        try
        {
            await work().ConfigureAwait(false);
        }
        finally
        {
            await done.CancelAsync().ConfigureAwait(false);
            await line.ConfigureAwait(false);
        }
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        if (!terminal)
            return;
        long start = time.GetTimestamp();
        using PeriodicTimer timer = new(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
                await output.WriteAsync($"\r{Text(time.GetElapsedTime(start))}   ".AsMemory(), cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await output.WriteLineAsync().ConfigureAwait(false);
        }
    }

    public string Text(TimeSpan elapsed)
    {
        FleetCounters c = fleet.Counters;
        DeviceLedger ledger = fleet.Ledger;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{elapsed.TotalSeconds:0} s: {fleet.Devices.Count} devices, {c.Sent} frames sent, {c.Bytes / 1e6:0.0} MB, {c.Lost} lost, {c.Duplicated} twice, {c.Failed} failed; ")
            + string.Create(
                CultureInfo.InvariantCulture,
                $"samples: {ledger.Generated} = {ledger.Acknowledged} acknowledged + {ledger.Stored} stored + {ledger.Dropped} dropped + {ledger.Lost} lost");
    }
}
