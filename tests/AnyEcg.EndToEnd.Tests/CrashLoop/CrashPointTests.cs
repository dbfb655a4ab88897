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
        [.. CrashPoints.All, CrashPoint.BeforePuback, CrashPoint.AfterPuback, CrashPoint.BeforePublish, CrashPoint.AfterPublish];

    /// <summary>Half a minute of ECG comes within seconds.</summary>
    private const double Speed = 25;

    [CrashTheory]
    [MemberData(nameof(Points))]
    public async Task CrashAt_EachPoint_AlertLogIsThatOfAnUninterruptedRun(string point)
    {
        CrashWard ward = shared.Ward;
        await using CrashSystem system = await CrashSystem.StartAsync(ward);
        await CrashAsync(system, $"{point}:1", ward.Between(0, ward.Seconds / 2));
        await CrashAsync(system, $"{point}:3", ward.Between(ward.Seconds / 2, double.PositiveInfinity));
        await using WorkerProcess last = system.Start();
        CrashOutcome outcome = await system.FinishAsync(last);

        outcome.AssertSound();
        outcome.AssertLogOf(await shared.UninterruptedAsync());
    }

    /// <summary>A life that ends at a point, while messages come that need many commits.</summary>
    private static async Task CrashAsync(CrashSystem system, string point, IEnumerable<WardMessage> messages)
    {
        await using WorkerProcess worker = system.Start(point);
        await worker.ReadyOrGoneAsync();
        await system.SendAsync(messages, Speed);
        await worker.ExitedAsync();
        Assert.True(worker.ExitCode == 128 + 9, $"It was to be killed at {point}, but ended with {worker.ExitCode}:\n{worker.Output}");
    }
}
