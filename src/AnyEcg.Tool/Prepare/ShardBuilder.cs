using AnyEcg.Recordings;
using AnyEcg.Signal;

namespace AnyEcg.Tool;

/// <summary>Runs a recording through the signal path of the worker, faster than real time.</summary>
internal static class ShardBuilder
{
    /// <summary>Reads the recording at <paramref name="path"/> (without extension) and its annotations, where there are any.</summary>
    /// <exception cref="RecordingFormatException">The recording is damaged or not supported.</exception>
    public static Shard Build(string path, string source, MainsFrequency mains, SplitEntry? entry, CancellationToken cancel)
    {
        using WfdbRecord record = WfdbRecord.Open(path);
        StreamFormat format = record.Format with { Mains = mains };
        PatchCollector patches = Collect(record, format, cancel);
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

    private static PatchCollector Collect(WfdbRecord record, StreamFormat format, CancellationToken cancel)
    {
        StreamSignal signal = new(format, new StreamSignalOptions());
        PatchCollector patches = new(format.Leads.Count);
        RecordFrames frames = new(record);
        EcgFrame frame = new();
        while (frames.TryRead(frame))
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
