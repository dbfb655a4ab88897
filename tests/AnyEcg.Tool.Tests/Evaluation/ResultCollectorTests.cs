using AnyEcg.Alerts;
using AnyEcg.Signal;

namespace AnyEcg.Tool.Tests;

public sealed class ResultCollectorTests
{
    private readonly ResultCollector collector = new();

    [Fact]
    public void Alert_OfSeveralTransitions_IsOneAlertAsLastCorrected()
    {
        collector.Alert(Transition(AlertPhase.Start, AlertPriority.Medium, onset: 600, decided: 1800));
        collector.Alert(Transition(AlertPhase.Update, AlertPriority.High, onset: 300, decided: 2400));
        collector.Alert(Transition(AlertPhase.End, AlertPriority.Low, onset: 300, decided: 3000, end: 2700));

        RecordAlert alert = Assert.Single(Finish().Alerts);
        Assert.Equal(new RecordAlert(AlertKind.Asystole, AlertPriority.High, 1, 6, 9) { RaisedSeconds = 6.5 }, alert);
        Assert.Equal(3, collector.Transitions.Count);
    }

    [Fact]
    public void Result_SecondsLeftOut_AreNotScored()
    {
        Observe(2, RhythmClass.AtrialFibrillation);
        Assert.Equal([null, null, RhythmClass.AtrialFibrillation], Finish().Rhythm);
    }

    [Fact]
    public void Result_NotScored_HasNoRhythm()
    {
        Observe(0, RhythmClass.Sinus, scored: false);
        Assert.Equal([null], Finish().Rhythm);
    }

    [Fact]
    public void Strip_LastScoredSecond_Decides()
    {
        Observe(0, RhythmClass.Sinus);
        Assert.Null(Finish().Strip);
        Observe(1, RhythmClass.Sinus, strip: [0.7f, 0.1f, 0.1f, 0.1f]);
        Observe(2, RhythmClass.Sinus, strip: [0.2f, 0.5f, 0.2f, 0.1f]);
        Observe(3, RhythmClass.Sinus, scored: false);
        Assert.Equal("A", Finish().Strip);
    }

    [Fact]
    public void Beats_AreInOrderAndWithinTheRecord()
    {
        Observe(0, RhythmClass.Sinus, beats: [new Beat(-10, BeatClass.N, 1), new Beat(240, BeatClass.V, 1)]);
        Observe(1, RhythmClass.Sinus, beats: [new Beat(150, BeatClass.N, 1)]);
        Assert.Equal([new TimedBeat(0.5, BeatClass.N), new TimedBeat(0.8, BeatClass.V)], Finish().Beats);
    }

    [Fact]
    public void Result_Anomaly_IsTheMeanOverReadableSeconds()
    {
        Assert.Null(Finish().Anomaly);
        Observe(0, RhythmClass.Sinus, anomaly: 0.25f);
        Observe(1, RhythmClass.Unreadable, anomaly: 1);
        Observe(2, RhythmClass.Sinus, scored: false, anomaly: 1);
        Observe(3, RhythmClass.AtrialFibrillation, anomaly: 0.75f);
        Assert.Equal(0.5, Finish().Anomaly);
    }

    private static AlertTransition Transition(AlertPhase phase, AlertPriority priority, long onset, long decided, long? end = null) => new()
    {
        AlertId = new Guid(1, 2, 3, new byte[8]),
        Revision = 1,
        Group = "file",
        Stream = "100",
        Kind = AlertKind.Asystole,
        Phase = phase,
        Priority = priority,
        Signal = AlertSignal.On,
        ConditionPresent = end is null,
        Epoch = 1,
        OnsetSample = onset,
        DecidedSample = decided,
        EndSample = end,
        OnsetNs = 0,
        DecidedReceivedNs = (decided * 1_000_000_000 / PatchSecond.ModelRateHz) + 500_000_000,
        Limit = "no QRS for 4 s",
        Score = 1,
        QualityDoubtful = false,
        Leads = 1,
    };

    private void Observe(long second, RhythmClass rhythm, bool scored = true, Beat[]? beats = null, float[]? strip = null, float anomaly = 0)
    {
        SecondObservation observation = new() { Epoch = 1, Second = second, LeadCount = 1, Present = 1, Scored = scored, Anomaly = anomaly };
        observation.Rhythm[(int)rhythm] = 1;
        observation.Beats.AddRange(beats ?? []);
        strip?.CopyTo(observation.Strip, 0);
        collector.Result(new StreamKey("file", "100"), new PatchSecond(1), observation);
    }

    private RecordResult Finish() => collector.Finish("100", 360, 3);
}
