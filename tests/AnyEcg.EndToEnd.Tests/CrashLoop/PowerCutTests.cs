using System.Globalization;
using AnyEcg.Store;

namespace AnyEcg.EndToEnd.Tests;

/// <summary>
/// The machine loses its power during a commit: the worker starts from what was synchronised, and nothing is missing, because nothing
/// else was acknowledged. What is simulated and what is not: <see cref="PowerCut"/>.
/// </summary>
[Collection(WholeSystem.Name)]
[Trait("Category", "CrashLoop")]
public sealed class PowerCutTests(ShortWard shared) : IClassFixture<ShortWard>
{
    /// <summary>So that the ward takes many commits.</summary>
    private const double Speed = 30;

    [CrashTheory]
    [InlineData(LostWrites.Truncated, 1)]
    [InlineData(LostWrites.Truncated, 2)]
    [InlineData(LostWrites.SomeSectors, 3)]
    [InlineData(LostWrites.Garbage, 4)]
    [InlineData(LostWrites.TornPages, 5)]
    [InlineData(LostWrites.TornPages, 6)]
    public async Task PowerLostInACommit_AlertLogIsThatOfAnUninterruptedRun(LostWrites lost, int seed)
    {
        Random random = new(seed);
        CrashWard ward = shared.Ward;
        await using CrashSystem system = await CrashSystem.StartAsync(ward);
        string point = string.Create(CultureInfo.InvariantCulture, $"{CrashPoints.AfterJournalCommit}:{random.Next(2, 12)}");
        await using (WorkerProcess first = system.Start(point))
        {
            await first.ReadyAsync();
            await system.SendAsync(ward.Messages, Speed);
            await first.ExitedAsync();
        }

        string copy = system.Database + "-copy";
        PowerCut.Copy(system.Database, copy, lost, random);
        await using WorkerProcess last = system.Start(database: copy);
        CrashOutcome outcome = await system.FinishAsync(last, copy);

        outcome.AssertSound();
        outcome.AssertLogOf(await shared.UninterruptedAsync());
    }
}
