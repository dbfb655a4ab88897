using AnyEcg.Recordings;
using AnyEcg.Signal;

namespace AnyEcg.Tool;

/// <summary>From annotations, or the label of a whole recording, to what the network is to learn for each second.</summary>
internal static class ShardLabels
{
    public const sbyte Unlabelled = -1;

    /// <summary>Beats as pairs of (sample at 300 Hz, AAMI class), ascending as in the file.</summary>
    /// <param name="annotations">In ascending order of sample.</param>
    /// <param name="sampleRateHz">Rate of the annotations' sample times.</param>
    public static int[] Beats(IEnumerable<Annotation> annotations, double sampleRateHz)
    {
        List<int> pairs = [];
        foreach (Annotation annotation in annotations)
        {
            if (AamiClasses.Find(annotation.Code) is { } beat)
            {
                pairs.Add((int)Math.Round(annotation.Sample * PatchSecond.ModelRateHz / sampleRateHz));
                pairs.Add((int)beat);
            }
        }

        return [.. pairs];
    }

    /// <summary>The rhythm of each second; -1 before the first mark and in a second within which the rhythm changes.</summary>
    public static sbyte[] Rhythm(IReadOnlyList<Annotation> annotations, double sampleRateHz, int seconds)
    {
        sbyte[] rhythm = new sbyte[seconds];
        Array.Fill(rhythm, Unlabelled);
        foreach (RhythmInterval interval in RhythmIntervals.From(annotations, (long)Math.Ceiling(seconds * sampleRateHz)))
        {
            int first = (int)Math.Ceiling(interval.Start / sampleRateHz);
            int end = Math.Min((int)Math.Floor(interval.End / sampleRateHz), seconds);
            if (end > first)
            {
                rhythm.AsSpan(first, end - first).Fill(ClassOf(interval));
            }
        }

        return rhythm;
    }

    /// <summary>
    /// Every second of a recording with labels of the whole: one of N, A, O, ~ (PhysioNet/CinC Challenge 2017), or the classes of
    /// training/configs/arrhythmia-classes.json, of which only some say what the rhythm is; -1 for the others.
    /// </summary>
    public static sbyte[] Rhythm(SplitEntry entry, int seconds)
    {
        sbyte[] all = new sbyte[seconds];
        Array.Fill(all, entry.Record is { } record ? RhythmOf(record.Labels) : (sbyte)RhythmOf(entry.Label));
        return all;
    }

    private static RhythmClass RhythmOf(string label) => label switch
    {
        "N" => RhythmClass.Sinus,
        "A" => RhythmClass.AtrialFibrillation,
        "O" => RhythmClass.Other,
        "~" => RhythmClass.Unreadable,
        _ => throw new FormatException($"'{label}' is no record label (N, A, O, ~)."),
    };

    private static sbyte RhythmOf(IReadOnlyList<string> labels) =>
        labels.Contains("AF") ? (sbyte)RhythmClass.AtrialFibrillation
        : labels.Any(label => label is "NSR" or "SA" or "SB" or "STach") ? (sbyte)RhythmClass.Sinus
        : Unlabelled;

    /// <summary>
    /// Slow sinus rhythm and a first-degree block are sinus rhythm in shape. Asystole is no class: the asystole rule owns it.
    /// </summary>
    private static sbyte ClassOf(RhythmInterval interval) => interval.Label.Trim('(', '\0', ' ') switch
    {
        "ASYS" => Unlabelled,
        "SBR" or "BI" => (sbyte)RhythmClass.Sinus,
        _ => (sbyte)interval.Rhythm,
    };
}
