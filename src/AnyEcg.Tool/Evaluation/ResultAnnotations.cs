using AnyEcg.Recordings;
using AnyEcg.Signal;

namespace AnyEcg.Tool;

/// <summary>
/// Writes a result as an MIT annotation file <c>RECORD.aecg</c> beside a copy of the record's header: beats as N, S, V, F and Q,
/// rhythm changes as '+' with the usual labels, at the record's own sample rate. A second that was not scored is "(NOISE".
/// </summary>
internal static class ResultAnnotations
{
    public const string Annotator = "aecg";

    /// <param name="folder">Made when missing; files of the same name are replaced.</param>
    /// <param name="result">What to write.</param>
    /// <param name="stem">Path of the recording without its extension; its header is copied where it has one.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static void Write(string folder, RecordResult result, string stem)
    {
        Directory.CreateDirectory(folder);
        string name = Path.GetFileName(stem);
        string header = stem + ".hea", copy = Path.Combine(folder, name + ".hea");
        if (File.Exists(header) && Path.GetFullPath(copy) != Path.GetFullPath(header))
        {
            File.Copy(header, copy, overwrite: true);
        }

        AnnotationWriter.WriteAll(Path.Combine(folder, $"{name}.{Annotator}"), From(result));
    }

    /// <summary>The annotations of a result, ascending; a rhythm change stands before a beat of the same sample.</summary>
    public static IEnumerable<Annotation> From(RecordResult result)
    {
        long last = Math.Max(0, (long)(result.Seconds * result.AnnotationRateHz) - 1);
        long SampleAt(double seconds) => Math.Clamp((long)Math.Round(seconds * result.AnnotationRateHz), 0, last);
        IEnumerable<Annotation> rhythms = Changes(result.Rhythm)
            .Select(c => new Annotation(SampleAt(c.Second), AnnotationCode.RhythmChange, Aux: RhythmIntervals.LabelOf(c.Rhythm)));
        IEnumerable<Annotation> beats = result.Beats.Select(beat => new Annotation(SampleAt(beat.Seconds), AamiClasses.ToCode(beat.Class)));
        return rhythms.Concat(beats).OrderBy(annotation => annotation.Sample);
    }

    private static IEnumerable<(int Second, RhythmClass Rhythm)> Changes(IReadOnlyList<RhythmClass?> rhythms)
    {
        RhythmClass? shown = null;
        for (int second = 0; second < rhythms.Count; second++)
        {
            RhythmClass rhythm = rhythms[second] ?? RhythmClass.Unreadable;
            if (rhythm != shown)
            {
                yield return (second, rhythm);
                shown = rhythm;
            }
        }
    }
}
