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

    /// <summary>Every second of a recording that has one label: N, A, O or ~ of the PhysioNet/CinC Challenge 2017.</summary>
    public static sbyte[] Rhythm(string recordLabel, int seconds)
    {
        RhythmClass rhythm = recordLabel switch
        {
            "N" => RhythmClass.Sinus,
            "A" => RhythmClass.AtrialFibrillation,
            "O" => RhythmClass.Other,
            "~" => RhythmClass.Unreadable,
            _ => throw new FormatException($"'{recordLabel}' is no record label (N, A, O, ~)."),
        };
        sbyte[] all = new sbyte[seconds];
        Array.Fill(all, (sbyte)rhythm);
        return all;
    }

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
