namespace AnyEcg.Tool;

/// <summary>One thing with a score and what it is.</summary>
internal readonly record struct Scored(double Score, bool Positive);

/// <summary>The receiver operating characteristic of a score.</summary>
internal static class RocCurve
{
    /// <summary>
    /// The area under the curve: the share of pairs of a positive and a negative in which the positive has the higher score, ties
    /// counting half (Mann and Whitney; Hanley and McNeil 1982). Null without a positive or without a negative.
    /// </summary>
    public static double? Area(IEnumerable<Scored> items)
    {
        Scored[] sorted = [.. items.OrderBy(item => item.Score)];
        long positives = sorted.LongCount(item => item.Positive), negatives = sorted.Length - positives;
        double rankSum = 0;
        for (int first = 0, next; first < sorted.Length; first = next)
        {
            next = first;
            int tiedPositives = 0;
            while (next < sorted.Length && sorted[next].Score.Equals(sorted[first].Score))
            {
                tiedPositives += sorted[next++].Positive ? 1 : 0;
            }

            rankSum += tiedPositives * (first + 1 + next) / 2.0;
        }

        return Tally.Ratio(rankSum - (positives * (positives + 1) / 2.0), (double)positives * negatives);
    }
}
