using AnyEcg.Signal;

namespace AnyEcg.Tool;

/// <summary>Whole seconds of one rhythm against all others.</summary>
internal readonly record struct SecondScore(long Tp, long Fn, long Fp, long Tn)
{
    public double? Se => Tally.Ratio(Tp, Tp + Fn);

    public static SecondScore operator +(SecondScore a, SecondScore b) => new(a.Tp + b.Tp, a.Fn + b.Fn, a.Fp + b.Fp, a.Tn + b.Tn);

    public double? Sp => Tally.Ratio(Tn, Tn + Fp);

    public double? Ppv => Tally.Ratio(Tp, Tp + Fp);
}

/// <summary>
/// The rhythm of every labelled second of one record or of many together. A second belongs to the label at its middle; seconds
/// before the first label, or of no label, do not count. A second that the network did not judge is a column of its own: it is
/// missed wherever something was to be found.
/// </summary>
internal sealed record RhythmMatrix
{
    /// <summary>Column of the seconds that were not judged.</summary>
    public const int NotJudged = RhythmClasses.Count;

    /// <summary>[annotated][found], in the order of <see cref="RhythmClass"/>.</summary>
    public long[][] Confusion { get; init; } = [.. Enumerable.Range(0, RhythmClasses.Count).Select(_ => new long[RhythmClasses.Count + 1])];

    public static RhythmMatrix operator +(RhythmMatrix a, RhythmMatrix b) =>
        new() { Confusion = [.. a.Confusion.Zip(b.Confusion, (x, y) => (long[])[.. x.Zip(y, (i, k) => i + k)])] };

    /// <param name="rhythms">Annotated, ascending.</param>
    /// <param name="found">Element k is the rhythm of [k, k + 1) s.</param>
    /// <param name="from">The first second that counts begins here or later.</param>
    public static RhythmMatrix Of(IReadOnlyList<RhythmSpan> rhythms, IReadOnlyList<RhythmClass?> found, double from)
    {
        RhythmMatrix seconds = new();
        int at = 0;
        for (int k = (int)Math.Ceiling(from); k < found.Count; k++)
        {
            while (at < rhythms.Count && rhythms[at].Episode.End <= k + 0.5)
            {
                at++;
            }

            if (at < rhythms.Count && rhythms[at].Episode.Start <= k + 0.5)
            {
                seconds.Confusion[(int)rhythms[at].Rhythm][found[k] is { } rhythm ? (int)rhythm : NotJudged]++;
            }
        }

        return seconds;
    }

    /// <summary>Some classes, taken as one, against all others.</summary>
    public SecondScore Of(params IReadOnlyList<RhythmClass> classes)
    {
        long tp = 0, fn = 0, fp = 0, tn = 0;
        for (int row = 0; row < Confusion.Length; row++)
        {
            for (int column = 0; column < Confusion[row].Length; column++)
            {
                long count = Confusion[row][column];
                bool there = classes.Contains((RhythmClass)row), claimed = classes.Contains((RhythmClass)column);
                tp += there && claimed ? count : 0;
                fn += there && !claimed ? count : 0;
                fp += !there && claimed ? count : 0;
                tn += !there && !claimed ? count : 0;
            }
        }

        return new SecondScore(tp, fn, fp, tn);
    }
}
