using System.Text.Json;
using AnyEcg.Engine;
using AnyEcg.Signal;
using AnyEcg.Simulator;

namespace AnyEcg.Tool;

/// <summary>
/// Writes the candidates of one annotated recording: of each lead alone (NAME.lead0, NAME.lead1, ...) and of all together
/// (NAME.all). For each: .rows.npy float32 [candidate, lead, feature], .candidates.npy int32 [candidate, 2] with sample at 300 Hz and
/// class of the annotated beat within 150 ms, -1 for none, -2 where nothing is known. Beside them NAME.beats.npy int32 [beat, 2], all annotated
/// beats that count, and features.json, the names of the features.
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
        RecordTruth? truth = File.Exists(item.Stem + ".atr") ? RecordTruth.Read(item.Stem + ".atr", frames.AnnotationRateHz, sink.Seconds) : null;
        Directory.CreateDirectory(folder);
        string stem = Path.Combine(folder, Path.GetFileName(item.Stem));
        foreach (CandidateStream stream in streams)
        {
            using (stream)
            {
                int[] classes = truth is null ? Classes(stream) : Classes(stream, truth);
                NpyFile.Write<int>($"{stem}.{stream.Name}.candidates.npy", "<i4", classes, stream.Candidates.Count, 2);
                NpyFile.Write<float>($"{stem}.{stream.Name}.rows.npy", "<f4", stream.Rows, stream.Candidates.Count, stream.LeadCount, BeatFeatures.Count);
            }
        }

        int[] beats = truth is null ? [] : [.. Counting(truth).SelectMany(b => (int[])[Sample(b), (int)b.Class])];
        NpyFile.Write<int>(stem + ".beats.npy", "<i4", beats, beats.Length / 2, 2);
        File.WriteAllText(Path.Combine(folder, "features.json"), JsonSerializer.Serialize(BeatFeatures.Names));
    }

    /// <summary>Where only the recording has a label: pairs of (sample, N or unknown).</summary>
    private static int[] Classes(CandidateStream stream) =>
        [.. stream.Candidates.SelectMany(c => (int[])[(int)c.Sample, c.Mass >= ClearMass ? (int)BeatClass.N : Unknown])];

    /// <summary>
    /// Pairs of (sample, class) after EC57: beats in ventricular fibrillation or flutter say nothing. Where only rhythms are annotated,
    /// fibrillation is the one thing known: there is no beat in it.
    /// </summary>
    private static int[] Classes(CandidateStream stream, RecordTruth truth)
    {
        TimedBeat[] found = [.. stream.Candidates.Select(c => new TimedBeat(c.Sample / Rate, BeatClass.N))];
        List<Episode> excluded = truth.EpisodesOf(RhythmClass.VentricularFibrillation);
        if (truth.Beats is null)
            return [.. found.SelectMany(place => (int[])[Sample(place), Within(excluded, place) ? NoBeat : Unknown])];
        List<int> pairs = [];
        foreach ((TimedBeat? annotated, TimedBeat? candidate) in BeatMatcher.Pair(truth.Beats, found))
        {
            if (candidate is { } place)
                pairs.AddRange([Sample(place), Within(excluded, place) ? Unknown : annotated is { } beat ? (int)beat.Class : NoBeat]);
        }

        return [.. pairs];
    }

    private static IEnumerable<TimedBeat> Counting(RecordTruth truth)
    {
        List<Episode> excluded = truth.EpisodesOf(RhythmClass.VentricularFibrillation);
        return (truth.Beats ?? []).Where(beat => !Within(excluded, beat));
    }

    private static bool Within(List<Episode> episodes, TimedBeat beat) => episodes.Any(e => beat.Seconds >= e.Start && beat.Seconds < e.End);

    private static int Sample(TimedBeat beat) => (int)Math.Round(beat.Seconds * Rate);
}
