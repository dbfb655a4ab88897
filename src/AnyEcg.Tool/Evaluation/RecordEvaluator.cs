using AnyEcg.Alerts;
using AnyEcg.Recordings;
using AnyEcg.Signal;

namespace AnyEcg.Tool;

/// <summary>Runs one record under every condition and scores it. One thread at a time.</summary>
internal sealed class RecordEvaluator(RecordRunner runner, EvaluationSettings settings)
{
    /// <summary>One score for each of <see cref="EvaluationSettings.Snrs"/>, in their order.</summary>
    /// <param name="item">The record.</param>
    /// <param name="remark">Told what is not as it should be with it.</param>
    /// <param name="progress">Told the share of the work that is done, 0 to 1.</param>
    /// <param name="cancel">Ends between two turns.</param>
    /// <exception cref="RecordingFormatException">The record, its annotations or the noise are damaged.</exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    public IReadOnlyList<RecordScore> Evaluate(PrepareItem item, Action<string> remark, Action<double>? progress, CancellationToken cancel)
    {
        Bench bench = Prepare(item);
        List<RecordScore> scores = [];
        for (int i = 0; i < settings.Snrs.Count; i++)
        {
            int done = i;
            RecordResult result = runner.Run(
                item.Path, settings.Recording, share => progress?.Invoke((done + share) / settings.Snrs.Count), cancel, bench.Changes(settings.Snrs[i]));
            if (i == 0)
            {
                result.Remarks.ToList().ForEach(remark);
                WriteAnnotations(item, result);
            }

            scores.Add(Score(item, bench, result, settings.Snrs[i]));
        }

        return scores;
    }

    private RecordScore Score(PrepareItem item, Bench bench, RecordResult result, double? snr) =>
        RecordScore.Of(result, bench.Truth, settings.Tolerance) with
        {
            Label = item.Entry?.Label,
            SnrDb = snr,
            Noise = snr is null ? null : bench.Noise?.Name,
            Asystole = bench.Truth is null || settings.AsystoleLengths.Count == 0 ? null : AsystoleScore.Of(bench.Stretches, result, bench.Truth),
        };

    private void WriteAnnotations(PrepareItem item, RecordResult result)
    {
        if (settings.WriteAnnotations is { } folder)
        {
            ResultAnnotations.Write(folder, result, item.Stem);
        }
    }

    private Bench Prepare(PrepareItem item)
    {
        using Recording record = Recording.Open(item.Path, settings.Recording);
        double seconds = record.SampleCount / record.Format.SampleRateHz;
        string reference = $"{item.Stem}.{settings.Annotator}";
        RecordTruth? truth = File.Exists(reference) ? RecordTruth.Read(reference, record.AnnotationRateHz, seconds) : null;
        truth = truth is null ? null : truth with { ScoredFrom = settings.ScoreFrom ?? truth.ScoredFrom };
        int seed = StableSeed.Of(settings.Seed, record.Info.Name);
        IReadOnlyList<AsystoleStretch> stretches = Stretches(truth, seconds, seed);
        return new Bench(record.Format, Without(truth, stretches))
        {
            Stretches = stretches,
            Lines = stretches.Count > 0 ? FlatLines.In(record, stretches, seed) : null,
            Noise = settings.Noise?.For(record.Info.Name, record.Format.SampleRateHz),
            Heights = settings.Noise is null ? [] : QrsHeight.Measure(record, truth?.Beats),
        };
    }

    private IReadOnlyList<AsystoleStretch> Stretches(RecordTruth? truth, double seconds, int seed)
    {
        if (truth?.Beats is not { } beats || settings.AsystoleLengths.Count == 0)
        {
            return [];
        }

        List<Episode> busy = [.. truth.EpisodesOf(RhythmClass.VentricularFibrillation), .. AlertTruth.Of(AlertKind.Pause, truth) ?? []];
        return AsystolePlan.Make(beats, busy, seconds, settings.AsystoleLengths, settings.AsystoleEach, seed);
    }

    /// <summary>Where the line is flat there are no beats any more.</summary>
    private static RecordTruth? Without(RecordTruth? truth, IReadOnlyList<AsystoleStretch> stretches) => truth is null || stretches.Count == 0
        ? truth
        : truth with { Beats = [.. truth.Beats!.Where(beat => !stretches.Any(s => beat.Seconds > s.From && beat.Seconds < s.From + s.Pause))] };

    /// <summary>What is the same for all conditions of one record.</summary>
    private sealed record Bench(StreamFormat Format, RecordTruth? Truth)
    {
        public IReadOnlyList<AsystoleStretch> Stretches { get; init; } = [];

        public FlatLines? Lines { get; init; }

        public NoiseChoice? Noise { get; init; }

        public double[] Heights { get; init; } = [];

        public IReadOnlyList<IFrameChange> Changes(double? snr)
        {
            List<IFrameChange> changes = Lines is null ? [] : [Lines];
            if (snr is { } ratio && Noise is { } noise)
            {
                changes.Add(new NoiseMixer(noise.Noise, noise.Start, Heights, ratio, Format));
            }

            return changes;
        }
    }
}
