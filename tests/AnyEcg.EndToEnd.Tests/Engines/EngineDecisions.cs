using AnyEcg.Alerts;
using AnyEcg.Engine;
using AnyEcg.Model;
using AnyEcg.Signal;
using AnyEcg.Simulator;
using AnyEcg.Tool;

namespace AnyEcg.EndToEnd.Tests;

/// <summary>What a model makes of a bundled recording: beats, alerts, and how probable it finds each second's rhythms.</summary>
internal sealed class EngineDecisions : IEngineOutput
{
    private readonly ResultCollector results = new();

    private EngineDecisions()
    {
    }

    /// <summary>Filled when the recording is over.</summary>
    public RecordResult Record { get; private set; } = null!;

    /// <summary>Of each second that was scored, in order.</summary>
    public List<float[]> Rhythms { get; } = [];

    public static EngineDecisions Of(IModelRunner model, string recording)
    {
        EngineDecisions decisions = new();
        using FrameSource source = FrameSource.Open(Released.Recording(recording), new FrameSourceOptions());
        new RecordRunner(model, AlertSettings.Default).Feed(source, decisions, null, CancellationToken.None);
        decisions.Record = decisions.results.Finish(source.RecordName, source.AnnotationRateHz, source.Position / source.Format.SampleRateHz);
        return decisions;
    }

    public void Alert(AlertTransition transition) => results.Alert(transition);

    public void Rhythm(RhythmSummary summary) => results.Rhythm(summary);

    public void Result(StreamKey key, PatchSecond patch, SecondObservation observation)
    {
        results.Result(key, patch, observation);
        if (observation.Scored)
            Rhythms.Add([.. observation.Rhythm]);
    }

    public void FrameDone(in EngineInput input, FrameOutcome outcome) => results.FrameDone(input, outcome);
}
