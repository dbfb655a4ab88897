using AnyEcg.Recordings;
using AnyEcg.Signal;
using AnyEcg.Simulator;

namespace AnyEcg.Tool;

/// <summary>Runs a recording through the signal path of the worker, faster than real time.</summary>
internal static class ShardBuilder
{
    /// <summary>Reads a recording and the annotations beside it, where there are any.</summary>
    /// <exception cref="RecordingFormatException">The recording is damaged or not supported.</exception>
    public static Shard Build(PrepareItem item, PrepareRequest request, CancellationToken cancel)
    {
        using FrameSource frames = FrameSource.Open(item.Path, new FrameSourceOptions { Mains = request.Mains, Recording = request.Recording });
        StreamFormat format = frames.Format;
        (IFrameChange? noise, string? noiseName) = request.Noise?.For(item, request.Recording) ?? default;
        PatchCollector patches = Collect(frames, noise, cancel);
        (IReadOnlyList<Annotation> annotations, double rate) = File.Exists(item.Stem + ".atr")
            ? AnnotationReader.ReadAll(item.Stem + ".atr", frames.AnnotationRateHz)
            : ([], frames.AnnotationRateHz);
        return new Shard
        {
            Name = Path.GetFileName(item.Stem),
            Source = item.Source,
            Leads = [.. format.Leads.Leads.Select(lead => (byte)lead)],
            Seconds = patches.Seconds,
            Patches = patches.Patches(),
            Present = patches.Present(),
            Context = patches.Context(),
            Beats = ShardLabels.Beats(annotations, rate),
            Qrs = patches.Qrs,
            Rhythm = item.Entry is null
                ? ShardLabels.Rhythm(annotations, rate, patches.Seconds)
                : ShardLabels.Rhythm(item.Entry, patches.Seconds),
            Label = item.Entry?.Label ?? "",
            Record = item.Entry?.Record,
            Patient = item.Entry?.Record?.Patient ?? frames.Patient,
            Split = item.Entry?.Split ?? "",
            Noise = noiseName,
        };
    }

    private static PatchCollector Collect(FrameSource frames, IFrameChange? noise, CancellationToken cancel)
    {
        StreamSignal signal = new(frames.Format, new StreamSignalOptions());
        PatchCollector patches = new(frames.Format.Leads.Count);
        EcgFrame frame = new();
        while (frames.TryNext(frame))
        {
            cancel.ThrowIfCancellationRequested();
            noise?.Apply(frame);
            signal.Push(frame, patches);
        }

        return patches;
    }
}
