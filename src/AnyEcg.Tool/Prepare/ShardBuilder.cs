using AnyEcg.Recordings;
using AnyEcg.Signal;
using AnyEcg.Simulator;

namespace AnyEcg.Tool;

/// <summary>Runs a recording through the signal path of the worker, faster than real time.</summary>
internal static class ShardBuilder
{
    /// <summary>Reads the recording at <paramref name="path"/> (without extension) and its annotations, where there are any.</summary>
    /// <exception cref="RecordingFormatException">The recording is damaged or not supported.</exception>
    public static Shard Build(string path, string source, MainsFrequency mains, SplitEntry? entry, CancellationToken cancel)
    {
        using FrameSource frames = FrameSource.Open(path, new FrameSourceOptions { Mains = mains });
        StreamFormat format = frames.Format;
        PatchCollector patches = Collect(frames, cancel);
        (IReadOnlyList<Annotation> annotations, double rate) = ReadAnnotations(path, format.SampleRateHz);
        return new Shard
        {
            Name = Path.GetFileName(path),
            Source = source,
            Leads = [.. format.Leads.Leads.Select(lead => (byte)lead)],
            Seconds = patches.Seconds,
            Patches = patches.Patches(),
            Present = patches.Present(),
            Beats = ShardLabels.Beats(annotations, rate),
            Qrs = patches.Qrs,
            Rhythm = entry is null
                ? ShardLabels.Rhythm(annotations, rate, patches.Seconds)
                : ShardLabels.Rhythm(entry.Label, patches.Seconds),
            Label = entry?.Label ?? "",
            Split = entry?.Split ?? "",
        };
    }

    private static PatchCollector Collect(FrameSource frames, CancellationToken cancel)
    {
        StreamSignal signal = new(frames.Format, new StreamSignalOptions());
        PatchCollector patches = new(frames.Format.Leads.Count);
        EcgFrame frame = new();
        while (frames.TryNext(frame))
        {
            cancel.ThrowIfCancellationRequested();
            signal.Push(frame, patches);
        }

        return patches;
    }

    private static (IReadOnlyList<Annotation> Annotations, double RateHz) ReadAnnotations(string path, double sampleRateHz)
    {
        if (!File.Exists(path + ".atr"))
        {
            return ([], sampleRateHz);
        }

        using AnnotationReader reader = new(File.OpenRead(path + ".atr"));
        IReadOnlyList<Annotation> all = reader.ReadToEnd();
        return (all, reader.TimeResolutionHz ?? sampleRateHz);
    }
}
