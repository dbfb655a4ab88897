using System.Collections.Immutable;
using System.Globalization;
using Xunit.Abstractions;

namespace AnyEcg.EndToEnd.Tests;

/// <summary>
/// Invariant 6: the worker is killed at random instants while devices publish, and at the end the alert log is that of a run that nothing
/// interrupted, the journal holds every frame that the broker took, and the backend has been told of everything.
/// </summary>
[Collection(WholeSystem.Name)]
[Trait("Category", "CrashLoop")]
public sealed class CrashLoopTests(ITestOutputHelper print)
{
    private const int Streams = 50;

    /// <summary>What the devices take between two kills, and how fast they send it.</summary>
    private const double SliceSeconds = 6, Speed = 3;

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : otherwise;

    [CrashFact]
    public async Task RandomKills_AlertLogIsThatOfAnUninterruptedRun()
    {
        int kills = Setting("ANYECG_CRASH_KILLS", 20), seed = Setting("ANYECG_CRASH_SEED", 1);
        print.WriteLine($"seed {seed}");
        CrashWard ward = CrashWard.Of(Streams, (kills + 1) * SliceSeconds, seed);
        long start = TimeProvider.System.GetTimestamp();
        CrashOutcome interrupted = await InterruptedAsync(ward, Kill.Draw(kills, seed));
        TimeSpan took = TimeProvider.System.GetElapsedTime(start);
        CrashOutcome uninterrupted = await UninterruptedRun.OfAsync(ward);

        print.WriteLine(Summary(kills, took, interrupted));
        interrupted.AssertLogOf(uninterrupted);
        interrupted.AssertSound();
        Assert.True(uninterrupted.Log.Count > Streams, "The streams must have raised alerts.");
    }

    private async Task<CrashOutcome> InterruptedAsync(CrashWard ward, ImmutableArray<Kill> kills)
    {
        await using CrashSystem system = await CrashSystem.StartAsync(ward);
        await system.FirstLifeAsync();
        double sent = 0;
        foreach (Kill kill in kills)
        {
            // The devices go on while the worker is away, starts and works.
            Task devices = system.SendAsync(ward.Between(sent, sent + SliceSeconds), Speed);
            await LifeAsync(system, kill);
            await devices;
            sent += SliceSeconds;
        }

        Task rest = system.SendAsync(ward.Between(sent, double.PositiveInfinity), Speed);
        await using WorkerProcess last = system.Start();
        await rest;
        return await system.FinishAsync(last);
    }

    private static async Task LifeAsync(CrashSystem system, Kill kill)
    {
        await using WorkerProcess worker = system.Start();
        if (kill.Ready)
            await worker.ReadyAsync();
        await Task.Delay(kill.After, TimeProvider.System);
        await worker.KillAsync();
    }

    private static string Summary(int kills, TimeSpan took, CrashOutcome outcome) => string.Create(
        CultureInfo.InvariantCulture,
        $"{kills} kills in {took.TotalSeconds:0} s; {Streams} streams; {outcome.FramesSent} frames sent, {outcome.FramesStored - outcome.FramesSent} "
        + $"of them journalled again; {outcome.Replayed} inputs replayed; {outcome.Stored.Count} transitions, {outcome.Log.Count} decided by samples; {outcome.Repeats} published again");
}
