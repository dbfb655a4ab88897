using AnyEcg.Alerts;
using AnyEcg.Engine;
using AnyEcg.Recordings;
using AnyEcg.Simulator;

namespace AnyEcg.Tool;

/// <summary>Runs recordings of any length through the worker's pipeline and folds what comes out. The record is streamed, never held. One thread.</summary>
/// <param name="model">Stays the caller's.</param>
/// <param name="settings">Of the alerts.</param>
/// <param name="hourRows">Rows of hours to keep.</param>
internal sealed class RecordAnalyzer(IModelRunner model, AlertSettings settings, int hourRows)
{
    /// <summary>Throws what opening and reading the record and its annotations throws.</summary>
    /// <param name="path">The recording; of WFDB the path without extension.</param>
    /// <param name="options">What its file does not say.</param>
    /// <param name="annotations">The annotation file to fold beside it; null for none.</param>
    /// <param name="progress">Told the share of the record that is done, 0 to 1.</param>
    /// <param name="cancel">Ends between two turns.</param>
    public Analysis Run(string path, RecordingOptions options, string? annotations, Action<double>? progress, CancellationToken cancel)
    {
        using FrameSource source = FrameSource.Open(path, new FrameSourceOptions { Recording = options });
        LongTermCollector collector = new(settings, hourRows);
        new RecordRunner(model, settings).Feed(source, collector, progress, cancel);
        collector.Tracker.Finish();
        double seconds = source.Position / source.Format.SampleRateHz;
        return new Analysis
        {
            Name = source.RecordName,
            Seconds = seconds,
            ModelId = model.Info.ModelId,
            Found = new AnalysisColumn("found", collector.Tracker.Summary()),
            Annotated = annotations is null ? null : Annotated(RecordTruth.Read(annotations, source.AnnotationRateHz, seconds), seconds),
            Alerts = collector.Alerts(),
            Remarks = [.. source.Remarks],
        };
    }

    private AnalysisColumn Annotated(RecordTruth truth, double seconds) =>
        new("annotated", AnnotatedSeconds.Fold(truth, seconds, settings, hourRows), truth.Beats is not null, truth.Rhythms is not null);
}
