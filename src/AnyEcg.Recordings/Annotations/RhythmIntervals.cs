using AnyEcg.Signal;

namespace AnyEcg.Recordings;

/// <summary>A rhythm over the samples [<paramref name="Start"/>, <paramref name="End"/>).</summary>
/// <param name="Start">First sample.</param>
/// <param name="End">Sample after the last one.</param>
/// <param name="Rhythm">The class of the label.</param>
/// <param name="Label">The text in the file, e.g. "(AFIB"; "[" for ventricular flutter marked by its onset and end.</param>
public readonly record struct RhythmInterval(long Start, long End, RhythmClass Rhythm, string Label);

/// <summary>
/// From the rhythm changes of an annotation file ('+' with "(N", "(AFIB", ...; '[' and ']' around ventricular flutter or
/// fibrillation) to intervals. Before the first mark there is no interval: nothing is said of that time.
/// </summary>
public static class RhythmIntervals
{
    private const string FlutterLabel = "[";

    /// <summary>The class of a rhythm label; the leading parenthesis may be missing.</summary>
    public static RhythmClass ClassOf(string label)
    {
        ArgumentNullException.ThrowIfNull(label);
        return label.TrimEnd('\0').Trim().TrimStart('(').ToUpperInvariant() switch
        {
            "N" or "NSR" => RhythmClass.Sinus,
            "AFIB" or "AF" => RhythmClass.AtrialFibrillation,
            "AFL" => RhythmClass.AtrialFlutter,
            "SVTA" => RhythmClass.SupraventricularTachycardia,
            "VT" => RhythmClass.VentricularTachycardia,
            "VFL" or "VF" or "VFIB" or "VF/VFIB" or FlutterLabel => RhythmClass.VentricularFibrillation,
            "P" or "PM" => RhythmClass.Paced,
            "NOISE" => RhythmClass.Unreadable,
            _ => RhythmClass.Other,
        };
    }

    /// <summary>The label that stands for a class in a file.</summary>
    public static string LabelOf(RhythmClass rhythm) => rhythm switch
    {
        RhythmClass.Sinus => "(N",
        RhythmClass.AtrialFibrillation => "(AFIB",
        RhythmClass.AtrialFlutter => "(AFL",
        RhythmClass.SupraventricularTachycardia => "(SVTA",
        RhythmClass.VentricularTachycardia => "(VT",
        RhythmClass.VentricularFibrillation => "(VFL",
        RhythmClass.Paced => "(P",
        RhythmClass.Unreadable => "(NOISE",
        _ => "(OTHER",
    };

    /// <summary>Cuts a record of <paramref name="sampleCount"/> samples into rhythm intervals, ascending, none empty, none overlapping.</summary>
    /// <param name="annotations">In ascending order of sample.</param>
    /// <param name="sampleCount">Where the last interval ends.</param>
    public static IReadOnlyList<RhythmInterval> From(IEnumerable<Annotation> annotations, long sampleCount)
    {
        ArgumentNullException.ThrowIfNull(annotations);
        List<RhythmInterval> intervals = [];
        long start = 0;
        string? shown = null;
        string? underneath = null;
        foreach (Annotation annotation in annotations)
        {
            string? next = shown;
            switch (annotation.Code)
            {
                case AnnotationCode.RhythmChange when annotation.AuxText.StartsWith('('):
                    underneath = annotation.AuxText;
                    next = shown == FlutterLabel ? shown : underneath;
                    break;
                case AnnotationCode.VentricularFlutterOnset:
                    next = FlutterLabel;
                    break;
                case AnnotationCode.VentricularFlutterEnd:
                    next = underneath;
                    break;
            }

            if (next != shown)
            {
                Add(intervals, start, Math.Min(annotation.Sample, sampleCount), shown);
                (start, shown) = (Math.Max(0, annotation.Sample), next);
            }
        }

        Add(intervals, start, sampleCount, shown);
        return intervals;
    }

    private static void Add(List<RhythmInterval> intervals, long start, long end, string? label)
    {
        if (label is not null && end > start)
        {
            intervals.Add(new RhythmInterval(start, end, ClassOf(label), label));
        }
    }
}
