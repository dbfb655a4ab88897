using AnyEcg.Alerts;
using AnyEcg.Signal;

namespace AnyEcg.Tool;

/// <summary>
/// Where the annotations say that the condition of an alert holds. Rhythms come from the rhythm annotations; rates, pauses, runs
/// and asystole from the annotated beats: the high priorities by the rule definitions of the PhysioNet/CinC 2015 challenge, the
/// others by the limits of <see cref="AlertKindTable"/>.
/// </summary>
internal static class AlertTruth
{
    private const double AsystoleSeconds = 4, PauseSeconds = 2.5;

    /// <summary>The stretches where the kind's condition holds; null when the annotations cannot tell.</summary>
    public static List<Episode>? Of(AlertKind kind, RecordTruth truth) => kind switch
    {
        AlertKind.VentricularFibrillation => Labelled(truth, RhythmClass.VentricularFibrillation),
        AlertKind.VentricularTachycardia => LabelledOr(truth, RhythmClass.VentricularTachycardia, BeatClass.V, 5, 100),
        AlertKind.NonSustainedVentricularTachycardia => LabelledOr(truth, RhythmClass.VentricularTachycardia, BeatClass.V, 3, 100),
        AlertKind.SupraventricularTachycardia => LabelledOr(truth, RhythmClass.SupraventricularTachycardia, BeatClass.S, 5, 140),
        AlertKind.AtrialFibrillation => Labelled(truth, RhythmClass.AtrialFibrillation),
        AlertKind.AtrialFlutter => Labelled(truth, RhythmClass.AtrialFlutter),
        AlertKind.Asystole => truth.Rhythms is null && truth.Beats is null ? null : Silent(truth, AsystoleSeconds),
        AlertKind.Pause => truth.Beats is null ? null : Silent(truth, PauseSeconds),
        AlertKind.ExtremeBradycardia => Slow(truth, 5, 40),
        AlertKind.Bradycardia => Slow(truth, 8, 50),
        AlertKind.ExtremeTachycardia => Fast(truth, 17, 140),
        AlertKind.Tachycardia => Fast(truth, 30, 120),
        AlertKind.VentricularPair => truth.Beats is null ? null : [.. BeatPatterns.FastRuns(truth.Beats, BeatClass.V, 2, 0)],
        AlertKind.VentricularBigeminy => truth.Beats is null ? null : BeatPatterns.InTurns(truth.Beats, 2),
        AlertKind.VentricularTrigeminy => truth.Beats is null ? null : BeatPatterns.InTurns(truth.Beats, 3),
        AlertKind.FrequentVentricularEctopy => truth.Beats is null ? null : BeatPatterns.Frequent(truth.Beats, BeatClass.V, 6),
        _ => null,
    };

    private static List<Episode>? Labelled(RecordTruth truth, RhythmClass rhythm) => truth.Rhythms is null ? null : truth.EpisodesOf(rhythm);

    private static List<Episode>? LabelledOr(RecordTruth truth, RhythmClass rhythm, BeatClass beat, int count, double rateAbove) =>
        truth.Rhythms is null && truth.Beats is null
            ? null
            : Episode.Join(truth.EpisodesOf(rhythm).Concat(BeatPatterns.FastRuns(truth.Beats ?? [], beat, count, rateAbove)));

    /// <summary>No annotated beat for so long, outside annotated fibrillation; or the label "(ASYS".</summary>
    private static List<Episode> Silent(RecordTruth truth, double seconds)
    {
        List<Episode> fibrillation = truth.EpisodesOf(RhythmClass.VentricularFibrillation);
        IEnumerable<Episode> labelled = (truth.Rhythms ?? []).Where(r => r.Label == "(ASYS").Select(r => r.Episode);
        return Episode.Join(labelled.Concat(BeatPatterns.Gaps(truth.Beats ?? [], seconds).Where(gap => !fibrillation.Any(gap.Overlaps))));
    }

    /// <summary>Fibrillation has no beats to annotate: the beats around it do not make a slow rate.</summary>
    private static List<Episode>? Slow(RecordTruth truth, int beats, double rate)
    {
        List<Episode> fibrillation = truth.EpisodesOf(RhythmClass.VentricularFibrillation);
        return truth.Beats is null ? null : [.. BeatPatterns.AtRate(truth.Beats, beats, r => r < rate).Where(e => !fibrillation.Any(e.Overlaps))];
    }

    /// <summary>Fibrillation and flutter are as fast, though their beats are not annotated.</summary>
    private static List<Episode>? Fast(RecordTruth truth, int beats, double rate) =>
        truth.Beats is null
            ? null
            : Episode.Join(BeatPatterns.AtRate(truth.Beats, beats, r => r > rate).Concat(truth.EpisodesOf(RhythmClass.VentricularFibrillation)));
}
