using AnyEcg.Alerts;
using AnyEcg.Engine;
using AnyEcg.Model;
using AnyEcg.Model.Tests;

namespace AnyEcg.EndToEnd.Tests;

/// <summary>A device that is lost in the middle of a recording: the alerts go on, nothing is unaccounted for, and a restart from what was saved later is exact.</summary>
public sealed class EngineFailoverTests
{
    private const string Recording = "vf_cu01";
    private const int LostAfter = 50, SavedAfter = 60;

    [ReleasedFact]
    public void Recording_DeviceLostInTheMiddle_EverySecondIsScoredAndTheAlertComes()
    {
        using IModelRunner healthy = Released.Create();
        using LossBench expected = Run(healthy, null, out _);
        FaultyRunner device = new(Released.Create());
        using FailoverRunner runner = new(device, Released.Create);
        using LossBench actual = Run(runner, device, out _);

        Assert.NotNull(runner.Fault);
        Assert.Equal(expected.Scored, actual.Scored);
        Assert.Contains(true, actual.Scored);
        Assert.Contains(actual.Alerts, a => a is { Kind: AlertKind.VentricularTachycardia, Phase: AlertPhase.Start, DecidedSample: > 250 * LostAfter });
        EngineSnapshot now = actual.Engine.Snapshot();
        Assert.Equal(now.FramesReceived, now.FramesAccepted);
        Assert.Equal(now.SamplesExpected, now.SamplesProcessed + now.SamplesGap);
        Assert.Equal((now.PatchesScored, 0L, 0L), (now.PatchesEmitted, now.PatchesSkipped, now.PatchesPending));
        Assert.Equal((1, 1L, "cpu"), (now.RunnerFaults, now.RingsLost, now.RunnerEngine));
    }

    [ReleasedFact]
    public void Restore_SavedAfterTheLoss_GivesTheAlertsOfTheRunThatWentOn()
    {
        FaultyRunner device = new(Released.Create());
        using FailoverRunner runner = new(device, Released.Create);
        using LossBench whole = Run(runner, device, out int before);
        using IModelRunner healthy = Released.Create();
        using LossBench rest = new(healthy, Recording);
        rest.Restore(whole.Saved);
        rest.Feed(SavedAfter, known: true);
        rest.FeedRest();

        Assert.NotEmpty(rest.Alerts);
        Assert.Equal(whole.Alerts.Skip(before), rest.Alerts);
        Assert.Equal(0, rest.Engine.Snapshot().RingsLost);
    }

    /// <summary>The whole recording, its device lost on the way, a state saved later; says how many transitions came before that.</summary>
    private static LossBench Run(IModelRunner runner, FaultyRunner? device, out int before)
    {
        LossBench bench = new(runner, Recording);
        bench.Open();
        bench.Feed(LostAfter);
        if (device is not null)
        {
            device.Fails = nameof(IModelRunner.Step);
        }

        bench.Feed(SavedAfter - LostAfter);
        before = bench.Save();
        bench.FeedRest();
        return bench;
    }
}
