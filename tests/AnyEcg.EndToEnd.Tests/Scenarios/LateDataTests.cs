using System.Collections.Immutable;
using AnyEcg.Alerts;
using AnyEcg.Engine;
using AnyEcg.Protocol;
using AnyEcg.Simulator;

namespace AnyEcg.EndToEnd.Tests;

/// <summary>A device that comes with its old hours after the live ones, in another order, with another clock: results as docs/alerts.md says.</summary>
[Collection(WholeSystem.Name)]
[Trait("Category", "Outage")]
public sealed class LateDataTests
{
    /// <summary>What the device keeps back: asystole and ventricular tachycardia lie in it.</summary>
    private const double HeldFrom = 40, HeldTo = 300;

    [ReleasedFact]
    public async Task Backfill_AfterTheLiveData_IsHistoricalAndChangesNothingLive()
    {
        IReadOnlyList<LateFrame> all = LateDataPlay.Frames();
        LateFrame[] live = [.. all.Where(frame => !IsHeld(frame))], held = [.. all.Where(IsHeld)];
        LateDataResult without = await LateDataPlay.RunAsync(live);

        // The old frames come among the newest live ones, three for each.
        LateDataResult with = await LateDataPlay.RunAsync(Woven(live, held));

        Assert.Contains(without.Live, alert => alert.Priority == AlertPriority.High.WireName());
        Assert.Equal(without.Live, with.Live);
        Assert.Empty(without.Historical);
        Assert.Contains(with.Historical, alert => alert.Kind == AlertKind.Asystole.WireName());
        Assert.Contains(with.Historical, alert => alert.Kind == AlertKind.VentricularTachycardia.WireName());
        Assert.All(with.Alerts.Where(a => a.Historical), alert => Assert.NotEqual(AlertSignal.Latched, alert.Signal));
        Assert.Contains(with.Alerts, alert => alert is { Historical: false, Signal: AlertSignal.Latched });
        AssertConserved(with.End, all.Sum(frame => (long)frame.Samples));
        Assert.Equal(held.Sum(frame => (long)frame.Samples), with.End.SamplesHistorical);
        Assert.Equal(with.End.SamplesGap, with.End.SamplesHistorical);
    }

    [ReleasedFact]
    public async Task Backfill_Twice_RaisesNothingAgainAndTheSameIdsInAnotherRun()
    {
        IReadOnlyList<LateFrame> all = LateDataPlay.Frames();
        LateFrame[] live = [.. all.Where(frame => !IsHeld(frame))], held = [.. all.Where(IsHeld)];
        LateDataResult once = await LateDataPlay.RunAsync([.. live, .. held]);
        LateDataResult twice = await LateDataPlay.RunAsync([.. live, .. held, .. held]);

        Assert.NotEmpty(once.Historical);
        Assert.Equal(once.Historical, twice.Historical);
        Assert.Equal(once.Live, twice.Live);
        Assert.Equal(held.Length, twice.End.FramesLate);
        AssertConserved(twice.End, all.Sum(frame => (long)frame.Samples));
    }

    [ReleasedTheory]
    [InlineData(7200)]
    [InlineData(-7200)]
    public async Task ClockJump_IsToldAndMovesNoAlert(double seconds)
    {
        LateDataResult straight = await LateDataPlay.RunAsync(LateDataPlay.Frames());
        LateDataResult jumped = await LateDataPlay.RunAsync(LateDataPlay.Frames(new DeviceFaultOptions { ClockJumps = [new ClockJump(60, seconds)] }));

        Assert.DoesNotContain(straight.Live, alert => alert.Kind == AlertKind.ClockJump.WireName());
        Assert.Single(jumped.Live, alert => alert.Kind == AlertKind.ClockJump.WireName() && alert.Phase == AlertPhase.Start.WireName());
        Assert.Equal(straight.Live, jumped.Live.Where(alert => alert.Kind != AlertKind.ClockJump.WireName()));
        AssertConserved(jumped.End, LateDataPlay.Frames().Sum(frame => (long)frame.Samples));
    }

    [ReleasedFact]
    public async Task EarlierEpoch_AfterALaterOne_IsHistoricalAndEndsNothingLive()
    {
        // The device starts anew at 200 s; what it took from 60 s until then comes only afterwards.
        IReadOnlyList<LateFrame> all = LateDataPlay.Frames(new DeviceFaultOptions { Restarts = [new DeviceRestart(200)] });
        LateFrame[] live = [.. all.Where(frame => !IsOfFirstStart(frame))], old = [.. all.Where(IsOfFirstStart)];
        LateDataResult without = await LateDataPlay.RunAsync(live);
        LateDataResult with = await LateDataPlay.RunAsync([.. live[..^60], .. old, .. live[^60..]]);

        Assert.Equal(without.Live, with.Live);
        Assert.Contains(with.Historical, alert => alert.Kind == AlertKind.Asystole.WireName());
        AssertConserved(with.End, all.Sum(frame => (long)frame.Samples));
    }

    private static bool IsHeld(LateFrame frame) => frame.Samples > 0 && frame.AtSeconds is > HeldFrom and <= HeldTo;

    private static bool IsOfFirstStart(LateFrame frame) => frame.Samples > 0 && frame.AtSeconds is > 60 and <= 200;

    private static ImmutableArray<LateFrame> Woven(LateFrame[] live, LateFrame[] held)
    {
        const int each = 3;
        int from = live.Length - ((held.Length + each - 1) / each);
        return [.. live[..from], .. live[from..].SelectMany((frame, i) => held.Skip(i * each).Take(each).Prepend(frame))];
    }

    private static void AssertConserved(EngineSnapshot end, long samples)
    {
        Assert.Equal(
            end.FramesReceived,
            end.FramesAccepted + end.FramesRejected + end.FramesDuplicate + end.FramesLate + end.FramesHistorical + end.FramesConflict
            + end.FramesDropped + end.FramesPending);
        Assert.Equal(end.PatchesEmitted, end.PatchesScored + end.PatchesSkipped + end.PatchesPending);
        Assert.Equal(samples, end.SamplesProcessed + end.SamplesHistorical);
    }
}

/// <summary>A theory of what the released network finds.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ReleasedTheoryAttribute : TheoryAttribute
{
    public ReleasedTheoryAttribute() => Skip = new ReleasedFactAttribute().Skip;
}
