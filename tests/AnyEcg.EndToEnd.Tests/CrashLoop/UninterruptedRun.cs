namespace AnyEcg.EndToEnd.Tests;

/// <summary>The same messages through a worker that nobody kills: what every crash is measured against.</summary>
internal static class UninterruptedRun
{
    public static async Task<CrashOutcome> OfAsync(CrashWard ward)
    {
        await using CrashSystem system = await CrashSystem.StartAsync(ward);
        await using WorkerProcess worker = system.Start();
        await worker.ReadyAsync();
        await system.SendAsync(ward.Messages);
        CrashOutcome outcome = await system.FinishAsync(worker);
        outcome.AssertSound();
        Assert.NotEmpty(outcome.Open);
        return outcome;
    }
}

/// <summary>A short ward that several tests share, with its uninterrupted run, made once.</summary>
public sealed class ShortWard
{
    private const int Streams = 11;

    /// <summary>Long enough for each drill to raise its alert.</summary>
    private const double Length = 60;

    private readonly Lazy<Task<CrashOutcome>> uninterrupted;

    public ShortWard()
    {
        Ward = CrashWard.Of(Streams, Length, seed: 1);
        uninterrupted = new(() => UninterruptedRun.OfAsync(Ward));
    }

    internal CrashWard Ward { get; }

    internal Task<CrashOutcome> UninterruptedAsync() => uninterrupted.Value;
}
