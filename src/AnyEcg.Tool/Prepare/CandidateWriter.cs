using AnyEcg.Engine;
using AnyEcg.Recordings;
using AnyEcg.Signal;
using AnyEcg.Simulator;

namespace AnyEcg.Tool;

/// <summary>
/// Writes the candidates of one annotated recording: of each lead alone (NAME.lead0, NAME.lead1, ...) and of all together
/// (NAME.all). For each: .rows.npy float32 [candidate, lead, feature], .candidates.npy int32 [candidate, 2] with sample at 300 Hz and
/// class of the annotated beat within 150 ms, or -1; where only the recording has a label, 0 (N) or -2: nothing is known.
/// </summary>
internal static class CandidateWriter
{
    private const double Rate = PatchSecond.ModelRateHz;
    private const int NoBeat = -1, Unknown = -2;

    /// <summary>From this mass on a place in an unannotated recording is surely a beat.</summary>
    private const float ClearMass = 0.8f;

    /// <summary>Annotated beats, or a label that tells the class of nearly all of them: normal rhythm, atrial fibrillation.</summary>
    public static bool HasTruth(PrepareItem item) => item.Entry?.Label is "N" or "A" || File.Exists(item.Stem + ".atr");

    public static void Write(PrepareItem item, IModelRunner model, string folder, CancellationToken cancel)
    {
        using FrameSource frames = FrameSource.Open(item.Path, new FrameSourceOptions());
        int leads = frames.Format.Leads.Count;
        List<CandidateStream> streams = [new(model, frames.Format.Leads, (1u << leads) - 1)];
        for (int lead = 0; leads > 1 && lead < leads; lead++)
            streams.Add(new CandidateStream(model, frames.Format.Leads, 1u << lead));
        StreamSignal signal = new(frames.Format, new StreamSignalOptions());
        CandidateSink sink = new(streams);
        EcgFrame frame = new();
        while (frames.TryNext(frame))
        {
            cancel.ThrowIfCancellationRequested();
            signal.Push(frame, sink);
        }

        signal.Finish(sink);
        Directory.CreateDirectory(folder);
        string stem = Path.Combine(folder, Path.GetFileName(item.Stem));
        int[]? beats = Beats(item, frames.AnnotationRateHz);
        foreach (CandidateStream stream in streams)
        {
            using (stream)
            {
                NpyFile.Write<int>($"{stem}.{stream.Name}.candidates.npy", "<i4", Classes(stream, beats), stream.Candidates.Count, 2);
                NpyFile.Write<float>($"{stem}.{stream.Name}.rows.npy", "<f4", stream.Rows, stream.Candidates.Count, stream.LeadCount, BeatFeatures.Count);
            }
        }

        NpyFile.Write<int>(stem + ".beats.npy", "<i4", beats, (beats?.Length ?? 0) / 2, 2);
    }

    private static int[]? Beats(PrepareItem item, double rate)
    {
        if (!File.Exists(item.Stem + ".atr"))
            return null;
        (IReadOnlyList<Annotation> annotations, double ownRate) = AnnotationReader.ReadAll(item.Stem + ".atr", rate);
        return ShardLabels.Beats(annotations, ownRate);
    }

    /// <summary>Pairs of (sample, class).</summary>
    private static int[] Classes(CandidateStream stream, int[]? beats)
    {
        if (beats is null)
            return [.. stream.Candidates.SelectMany(c => (int[])[(int)c.Sample, c.Mass >= ClearMass ? (int)BeatClass.N : Unknown])];
        TimedBeat[] truth = [.. beats.Chunk(2).Select(b => new TimedBeat(b[0] / Rate, (BeatClass)b[1]))];
        TimedBeat[] found = [.. stream.Candidates.Select(c => new TimedBeat(c.Sample / Rate, BeatClass.N))];
        List<int> pairs = [];
        foreach ((TimedBeat? annotated, TimedBeat? candidate) in BeatMatcher.Pair(truth, found))
        {
            if (candidate is { } place)
                pairs.AddRange([(int)Math.Round(place.Seconds * Rate), annotated is { } beat ? (int)beat.Class : NoBeat]);
        }

        return [.. pairs];
    }
}
