using AnyEcg.Alerts;
using AnyEcg.Engine;
using AnyEcg.Tool;
using Xunit.Abstractions;

namespace AnyEcg.EndToEnd.Tests;

/// <summary>The shipped scenarios, with the released network.</summary>
[Collection(WholeSystem.Name)]
public sealed class ScenarioTests(ITestOutputHelper output)
{
    /// <summary>When the drill's rhythms begin, and the limit of docs/alerts and EC13 from there.</summary>
    private const double Onset = 60, Limit = 10;

    [ReleasedFact]
    public void AsystoleVtVfDrill_EveryOne_IsAlertedWithinItsLimit()
    {
        foreach (PlayedDevice device in Play("asystole-vt-vf-drill"))
        {
            AlertKind[] kinds = device.Name.Split('-')[0] switch
            {
                "asystole" => [AlertKind.Asystole],
                "vt" => [AlertKind.VentricularTachycardia],

                // A rule sees fibrillation, or that there is no beat: either calls for the same.
                _ => [AlertKind.VentricularFibrillation, AlertKind.VentricularTachycardia, AlertKind.Asystole],
            };
            RecordAlert? alert = device.Result.Alerts.Where(a => kinds.Contains(a.Kind)).OrderBy(a => a.RaisedSeconds).FirstOrDefault();
            Assert.True(alert is not null, $"no alert: {device}");
            Assert.InRange(alert.RaisedSeconds, Onset, Onset + Limit);
            Assert.DoesNotContain(device.Result.Alerts, a => a.Priority == AlertPriority.High && a.RaisedSeconds < Onset);
        }
    }

    [ReleasedFact]
    public void QuietWard_RaisesNothing()
    {
        foreach (PlayedDevice device in Play("quiet-ward"))
            Assert.True(device.Result.Alerts.All(a => a.Priority <= AlertPriority.Info), device.ToString());
    }

    [ReleasedFact]
    public void RhythmRound_EveryRhythm_RaisesItsAlert()
    {
        Dictionary<string, AlertKind?> expected = new()
        {
            ["af-1"] = AlertKind.AtrialFibrillation,
            ["svt-1"] = AlertKind.ExtremeTachycardia,
            ["brady-1"] = AlertKind.ExtremeBradycardia,
            ["pause-1"] = AlertKind.Pause,
            ["bigeminy-1"] = AlertKind.VentricularBigeminy,
            ["runs-1"] = AlertKind.NonSustainedVentricularTachycardia,
            ["block-1"] = null,
            ["paced-1"] = null,
        };
        foreach (PlayedDevice device in Play("rhythm-round"))
        {
            if (expected[device.Name] is { } kind)
                Assert.Contains(kind, device.Started);
            Assert.DoesNotContain(device.Result.Alerts, a => a.Priority == AlertPriority.High && a.Kind != expected[device.Name]);
        }
    }

    [ReleasedFact]
    public void LeadOff_EveryKind_IsAlertedAndAsystoleIsNot()
    {
        foreach (PlayedDevice device in Play("lead-off"))
        {
            Assert.Contains(AlertKind.LeadOff, device.Started);
            Assert.DoesNotContain(AlertKind.Asystole, device.Started);
            Assert.Equal(device.Name == "flagged-1", device.Started.Contains(AlertKind.PatientMark));
        }
    }

    [Fact]
    public void ReorderDuplicateStorm_LosesOnlyWhatWasLost()
    {
        foreach (PlayedDevice device in Play("reorder-duplicate-storm"))
        {
            EngineSnapshot end = device.Counters;
            Assert.Equal(device.Sent, end.SamplesProcessed);

            // What was lost after the last frame that came, nobody can know of.
            Assert.InRange((120 * 250) - device.Sent - end.SamplesGap, 0, 3 * 125);
            Assert.True(end is { FramesDuplicate: > 40, SamplesGap: > 0, FramesLate: 0, FramesConflict: 0 });
        }
    }

    [Fact]
    public void RestartWithoutEpoch_IsToldAndGoesOn()
    {
        IReadOnlyList<PlayedDevice> devices = Play("restart-without-epoch");
        PlayedDevice silent = devices.Single(d => d.Name == "silent-1"), honest = devices.Single(d => d.Name == "honest-1");
        Assert.Contains(AlertKind.KeyConflict, silent.Started);
        Assert.DoesNotContain(AlertKind.KeyConflict, honest.Started);
        Assert.Equal(honest.Sent, honest.Counters.SamplesProcessed);
        Assert.Equal(0, honest.Counters.FramesLate);

        // Old numbers look like old frames until enough of them have come.
        Assert.InRange(silent.Counters.FramesLate, 1, 6);
        Assert.InRange(silent.Sent - silent.Counters.SamplesProcessed, 1, 6 * 250);
    }

    [ReleasedFact]
    public void DriftingPatch_IsReadLikeAnyOther()
    {
        foreach (PlayedDevice device in Play("drifting-patch"))
        {
            Assert.Equal(device.Sent, device.Counters.SamplesProcessed);
            Assert.DoesNotContain(device.Result.Alerts, a => a.Priority >= AlertPriority.Medium && a.Kind != AlertKind.ClockJump);
        }
    }

    private IReadOnlyList<PlayedDevice> Play(string name)
    {
        IReadOnlyList<PlayedDevice> devices = ScenarioPlay.Run(name);
        foreach (PlayedDevice device in devices)
            output.WriteLine(device.ToString());
        return devices;
    }
}
