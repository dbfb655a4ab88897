using AnyEcg.Alerts;
using AnyEcg.Engine;
using AnyEcg.Recordings;
using AnyEcg.Signal;
using AnyEcg.Simulator;

namespace AnyEcg.Tool;

/// <summary>
/// From a record to a strip: runs it from its beginning through the worker's pipeline, so that the strip shows what an evaluation of
/// the record found there, and not what a network without its past would say.
/// </summary>
internal static class StripReader
{
    /// <exception cref="RecordingFormatException">The record or its annotations are damaged, or the stretch or a lead is not in it.</exception>
    /// <exception cref="IOException">A file cannot be opened.</exception>
    public static Strip Read(StripRequest request, IModelRunner model, CancellationToken cancel)
    {
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        StripCollector collector = new(request.From, request.Seconds, ended);
        using FrameSource source = FrameSource.Open(request.Path, new FrameSourceOptions { Recording = request.Recording });
        try
        {
            new RecordRunner(model, AlertSettings.Default).Feed(source, collector, null, ended.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // The strip is complete.
        }

        string[] names = [.. source.Descriptor.Leads.Select(lead => lead.Name)];
        if (collector.Leads.Count == 0)
            throw new RecordingFormatException($"The record {source.RecordName} has nothing at {request.From} s.");
        double length = source.SampleCount / source.Format.SampleRateHz;
        return new Strip
        {
            Title = $"{source.RecordName} at {AnalysisRows.Clock((long)request.From)}, model {model.Info.ModelId}",
            From = request.From,
            Seconds = request.Seconds,
            Leads = [.. Chosen(request.Leads, names).Select(i => new StripLead(names[i], collector.Leads[i]))],
            Found = collector.Reading,
            Annotated = request.Annotations is { } file ? Annotated(RecordTruth.Read(file, source.AnnotationRateHz, length), request) : null,
        };
    }

    private static IEnumerable<int> Chosen(IReadOnlyList<string> wanted, string[] names)
    {
        foreach (string name in wanted.Count > 0 ? wanted : names)
        {
            int index = Array.FindIndex(names, n => n.Equals(name, StringComparison.OrdinalIgnoreCase));
            yield return index >= 0 ? index : throw new RecordingFormatException($"There is no lead {name}; there are {string.Join(", ", names)}.");
        }
    }

    private static StripReading Annotated(RecordTruth truth, StripRequest request)
    {
        double end = request.From + request.Seconds;
        return new StripReading(
            "annotated",
            truth.Beats?.Where(beat => beat.Seconds >= request.From && beat.Seconds < end).ToList(),
            truth.Rhythms?.Select(span => span with { Episode = span.Episode.Clip(request.From, end) }).Where(span => span.Episode.Seconds > 0).ToList());
    }
}
