using AnyEcg.Recordings;
using AnyEcg.Signal;

namespace AnyEcg.Simulator;

/// <summary>The truth as a reference annotation file, so that <c>anyecg evaluate</c> scores against it.</summary>
internal static class TruthAnnotations
{
    /// <summary>Ascending; a rhythm change stands before a beat of the same sample.</summary>
    public static IEnumerable<Annotation> From(StreamTruth truth)
    {
        IEnumerable<Annotation> rhythms = truth.Rhythms.Select(r => new Annotation(r.Span.First, AnnotationCode.RhythmChange, Aux: LabelOf(r.Rhythm)));
        IEnumerable<Annotation> notes = truth.Noise.SelectMany(n => Notes(n.Span, $"{TruthJson.Name(n.Kind)} {n.SnrDb:0.#} dB"))
            .Concat(truth.Electrodes.SelectMany(e => Notes(e.Span, $"leads 0x{e.Leads:x} {TruthJson.Name(e.Signal)}")))
            .Concat(truth.Gaps.SelectMany(gap => Notes(gap, "device down")));
        IEnumerable<Annotation> beats = truth.Beats.Select(beat => new Annotation(beat.Sample, beat.Code));
        return rhythms.Concat(notes).Concat(beats).Where(a => a.Sample < truth.Samples).OrderBy(a => a.Sample);
    }

    /// <summary>The label of a rhythm in PhysioNet's files; asystole and dropped beats have their usual ones.</summary>
    private static string LabelOf(SyntheticRhythm rhythm) => rhythm switch
    {
        SyntheticRhythm.AtrialFibrillation => RhythmIntervals.LabelOf(RhythmClass.AtrialFibrillation),
        SyntheticRhythm.SupraventricularTachycardia => RhythmIntervals.LabelOf(RhythmClass.SupraventricularTachycardia),
        SyntheticRhythm.VentricularTachycardia => RhythmIntervals.LabelOf(RhythmClass.VentricularTachycardia),
        SyntheticRhythm.VentricularFibrillation => RhythmIntervals.LabelOf(RhythmClass.VentricularFibrillation),
        SyntheticRhythm.Paced => RhythmIntervals.LabelOf(RhythmClass.Paced),
        SyntheticRhythm.Asystole => "(ASYS",
        SyntheticRhythm.DroppedBeats => "(BII",
        _ => RhythmIntervals.LabelOf(RhythmClass.Sinus),
    };

    private static IEnumerable<Annotation> Notes(TrueSpan span, string text) =>
        [new Annotation(span.First, AnnotationCode.Note, Aux: text), new Annotation(span.End, AnnotationCode.Note, Aux: $"end of {text}")];
}
