using AnyEcg.Alerts;
using AnyEcg.Signal;

namespace AnyEcg.Engine.Tests;

/// <summary>Writes down what an engine puts out, without what depends on when frames came.</summary>
internal sealed class Recorder : IEngineOutput
{
    public List<AlertTransition> Alerts { get; } = [];

    public List<RhythmSummary> Rhythms { get; } = [];

    public List<Seen> Results { get; } = [];

    public List<(EngineInput Input, FrameOutcome Outcome)> Done { get; } = [];

    /// <summary>Alerts in sample positions.</summary>
    public IEnumerable<string> AlertsInSamples => Alerts.Select(t =>
        $"{t.Stream} {t.AlertId} {t.Revision} {t.Kind} {t.Phase} {t.OnsetSample} {t.DecidedSample} {t.EndSample} {t.Score:R} {t.Value:R} {t.QualityDoubtful}");

    public void Alert(AlertTransition transition) => Alerts.Add(transition);

    public void Rhythm(RhythmSummary summary) => Rhythms.Add(summary);

    public void Result(StreamKey key, PatchSecond patch, SecondObservation o) => Results.Add(new Seen(
        key.Stream, o.Epoch, o.Second, o.Present, o.Scored, o.Rhythm[(int)RhythmClass.Other], o.Anomaly, o.Surprise,
        string.Join(',', o.Beats.Select(b => $"{b.Sample}{b.Class}")), string.Join(',', o.Qrs.Select(q => $"{q.Lead}:{q.Sample}"))));

    public void FrameDone(in EngineInput input, FrameOutcome outcome) => Done.Add((input, outcome));

    internal sealed record Seen(
        string Stream, uint Epoch, long Second, uint Present, bool Scored, float Other, float Anomaly, float Surprise, string Beats, string Qrs);
}
