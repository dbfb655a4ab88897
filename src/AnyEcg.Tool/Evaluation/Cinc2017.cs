using AnyEcg.Signal;

namespace AnyEcg.Tool;

/// <summary>The record-level call of the PhysioNet/CinC Challenge 2017 and its score.</summary>
internal static class Cinc2017
{
    public const string Normal = "N", AtrialFibrillation = "A", Other = "O", Noisy = "~";

    /// <summary>What the network says of the record as one strip; where it has no such head, what its seconds say.</summary>
    public static string Call(RecordResult result) => result.Strip ?? CallBySeconds(result);

    /// <summary>Half of the seconds decide: first whether the record can be read, then what most of the readable ones are.</summary>
    private static string CallBySeconds(RecordResult result)
    {
        int readable = result.Rhythm.Count(r => r is not (null or RhythmClass.Unreadable));
        if (2 * readable < result.Rhythm.Count || readable == 0)
        {
            return Noisy;
        }

        if (2 * result.SecondsOf(RhythmClass.AtrialFibrillation) >= readable)
        {
            return AtrialFibrillation;
        }

        return 2 * result.SecondsOf(RhythmClass.Sinus) > readable ? Normal : Other;
    }

    /// <summary>F1 = 2 x agreed / (called + labelled) of one class; null when the class is neither called nor labelled.</summary>
    public static double? F1(string label, IReadOnlyCollection<(string Label, string Call)> records)
    {
        int labelled = records.Count(r => r.Label == label);
        int called = records.Count(r => r.Call == label);
        int agreed = records.Count(r => r.Label == label && r.Call == label);
        return Tally.Ratio(2 * agreed, labelled + called);
    }

    /// <summary>The challenge's score: the mean of the F1 of N, A and O; null while one of them is undefined.</summary>
    public static double? Score(IReadOnlyCollection<(string Label, string Call)> records) =>
        (F1(Normal, records) + F1(AtrialFibrillation, records) + F1(Other, records)) / 3;
}
