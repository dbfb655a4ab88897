using System.Globalization;

namespace AnyEcg.Tool;

/// <summary>Whether a session ends when its time is over: else brokers fill with the queues of clients that never return.</summary>
internal static class SessionExpiryProbe
{
    private static readonly TimeSpan Expiry = TimeSpan.FromSeconds(1), Absence = TimeSpan.FromSeconds(4);

    public static async Task<IReadOnlyList<Finding>> RunAsync(ProbeContext context, CancellationToken cancel)
    {
        if (!context.IsV5)
        {
            return [new Finding("session-expiry", "session expiry", "3.1.1 cannot ask for one; the broker's own holds", ProbeVerdict.Note, BrokerAdvice.Expiry(context.Kind))];
        }

        await using (ProbeClient first = await context.ConnectPersistentAsync("expiry", clean: true, cancel, options => options.SessionExpiry = Expiry))
        {
            await first.SubscribeAsync(context.Topic("expiry"), cancel);
            await first.LeaveAsync(keepSession: true, cancel);
        }

        await Task.Delay(Absence, context.Time, cancel);
        await using ProbeClient again = await context.ConnectPersistentAsync("expiry", clean: false, cancel);
        bool gone = !again.Connected.SessionPresent;
        await again.LeaveAsync(keepSession: false, cancel);
        string after = string.Create(CultureInfo.InvariantCulture, $"{Absence.TotalSeconds:0} s after a session of {Expiry.TotalSeconds:0} s");
        return
        [
            new Finding(
                "session-expiry",
                "session expiry",
                gone ? $"gone {after}" : $"still there {after}",
                gone ? ProbeVerdict.Good : ProbeVerdict.Note,
                gone ? null : "harmless, but sessions of clients that never return may pile up")
            {
                Values = [("honoured", gone)],
            },
        ];
    }
}
