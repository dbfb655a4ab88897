using AnyEcg.Store;
using AnyEcg.Worker;

namespace AnyEcg.EndToEnd.Tests;

/// <summary>
/// The worker kills itself at each named instant of the data path, early and later in its work, and the next life goes on: the alert log
/// is that of an uninterrupted run.
/// </summary>
[Collection(WholeSystem.Name)]
[Trait("Category", "CrashLoop")]
public sealed class CrashPointTests(ShortWard shared) : IClassFixture<ShortWard>
{
    public static TheoryData<string> Points { get; } =
        [.. CrashPoints.All, "before-puback", "after-puback", "before-publish", "after-publish"];

    [CrashTheory]
    [MemberData(nameof(Points))]
    public async Task CrashAt_EachPoint_AlertLogIsThatOfAnUninterruptedRun(string point)
    {
        CrashWard ward = shared.Ward;
        await using CrashSystem system = await CrashSystem.StartAsync(ward);
        await system.FirstLifeAsync();
        await system.SendAsync(ward.Between(0, ward.Seconds / 2));
        await CrashAsync(system, $"{point}:1");
        await system.SendAsync(ward.Between(ward.Seconds / 2, double.PositiveInfinity));
        await CrashAsync(system, $"{point}:3");
        await using WorkerProcess last = system.Start();
        CrashOutcome outcome = await system.FinishAsync(last);

        outcome.AssertSound();
        outcome.AssertLogOf(await shared.UninterruptedAsync());
    }

    private static async Task CrashAsync(CrashSystem system, string point)
    {
        await using WorkerProcess worker = system.Start(point);
        await worker.ExitedAsync();
        Assert.True(worker.ExitCode == 128 + 9, $"It was to be killed at {point}, but ended with {worker.ExitCode}:\n{worker.Output}");
    }
}
