using AnyEcg.Alerts;
using AnyEcg.Signal;

namespace AnyEcg.Tool;

/// <summary>
/// Where the annotations say that the condition of a high-priority alert holds. Rhythms come from the rhythm annotations; rates
/// and asystole from the annotated beats, by the rule definitions of the PhysioNet/CinC 2015 challenge.
/// </summary>
internal static class AlertTruth
{
    private const double AsystoleSeconds = 4;

    /// <summary>The stretches where the kind's condition holds; null when the annotations cannot tell.</summary>
    public static List<Episode>? Of(AlertKind kind, RecordTruth truth) => kind switch
    {
        AlertKind.VentricularFibrillation => truth.Rhythms is null ? null : truth.EpisodesOf(RhythmClass.VentricularFibrillation),
        AlertKind.VentricularTachycardia => VentricularTachycardia(truth),
        AlertKind.Asystole => Asystole(truth),
        AlertKind.ExtremeBradycardia => ExtremeBradycardia(truth),
        AlertKind.ExtremeTachycardia => ExtremeTachycardia(truth),
        _ => null,
    };

    private static List<Episode>? VentricularTachycardia(RecordTruth truth)
    {
        if (truth.Rhythms is null && truth.Beats is null)
        {
            return null;
        }

        IEnumerable<Episode> runs = Runs(truth.Beats ?? [], beat => beat.Class == BeatClass.V)
            .SelectMany(run => AtRate(run, 5, rate => rate > 100));
        return Episode.Join(truth.EpisodesOf(RhythmClass.VentricularTachycardia).Concat(runs));
    }

    /// <summary>No annotated beat for four seconds, outside annotated fibrillation; or the label "(ASYS".</summary>
    private static List<Episode>? Asystole(RecordTruth truth)
    {
        if (truth.Rhythms is null && truth.Beats is null)
        {
            return null;
        }

        List<Episode> fibrillation = truth.EpisodesOf(RhythmClass.VentricularFibrillation);
        IEnumerable<Episode> labelled = (truth.Rhythms ?? []).Where(r => r.Label == "(ASYS").Select(r => r.Episode);
        IReadOnlyList<TimedBeat> beats = truth.Beats ?? [];
        IEnumerable<Episode> silent = beats.Zip(beats.Skip(1), (a, b) => new Episode(a.Seconds, b.Seconds))
            .Where(gap => gap.Seconds >= AsystoleSeconds && !fibrillation.Any(gap.Overlaps));
        return Episode.Join(labelled.Concat(silent));
    }

    /// <summary>Fibrillation has no beats to annotate: the beats around it do not make a slow rate.</summary>
    private static List<Episode>? ExtremeBradycardia(RecordTruth truth)
    {
        List<Episode> fibrillation = truth.EpisodesOf(RhythmClass.VentricularFibrillation);
        return truth.Beats is null ? null : [.. AtRate(truth.Beats, 5, rate => rate < 40).Where(e => !fibrillation.Any(e.Overlaps))];
    }

    /// <summary>Fibrillation and flutter are as fast, though their beats are not annotated.</summary>
    private static List<Episode>? ExtremeTachycardia(RecordTruth truth) =>
        truth.Beats is null
            ? null
            : Episode.Join(AtRate(truth.Beats, 17, rate => rate > 140).Concat(truth.EpisodesOf(RhythmClass.VentricularFibrillation)));

    /// <summary>The stretches of <paramref name="count"/> consecutive beats whose mean rate, per minute, holds.</summary>
    private static List<Episode> AtRate(IReadOnlyList<TimedBeat> beats, int count, Func<double, bool> holds)
    {
        List<Episode> stretches = [];
        for (int first = 0; first + count <= beats.Count; first++)
        {
            Episode stretch = new(beats[first].Seconds, beats[first + count - 1].Seconds);
            if (stretch.Seconds > 0 && holds(60 * (count - 1) / stretch.Seconds))
            {
                stretches.Add(stretch);
            }
        }

        return Episode.Join(stretches);
    }

    private static IEnumerable<IReadOnlyList<TimedBeat>> Runs(IReadOnlyList<TimedBeat> beats, Func<TimedBeat, bool> belongs)
    {
        List<TimedBeat> run = [];
        foreach (TimedBeat beat in beats)
        {
            if (belongs(beat))
            {
                run.Add(beat);
            }
            else if (run.Count > 0)
            {
                yield return run;
                run = [];
            }
        }

        if (run.Count > 0)
        {
            yield return run;
        }
    }
}
