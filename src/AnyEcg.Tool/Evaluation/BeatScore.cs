using AnyEcg.Signal;

namespace AnyEcg.Tool;

/// <summary>
/// Beat scores of one record, or of many together: who was called what. A V beat that the annotators call fusion or
/// unclassifiable is no false V, an S or F beat that they call unclassifiable no false S or F (EC57).
/// </summary>
internal sealed record BeatScore
{
    /// <summary>Row or column of "no beat" in <see cref="Confusion"/>: a found beat that is none, an annotated one not found.</summary>
    public const int NoBeat = 5;

    public Tally Qrs => new(Sum(Beats, Beats), Sum(Beats, [NoBeat]), Sum([NoBeat], Beats));

    public Tally N => OfClass(BeatClass.N);

    public Tally S => OfClass(BeatClass.S, BeatClass.Q);

    public Tally V => OfClass(BeatClass.V, BeatClass.F, BeatClass.Q);

    public Tally F => OfClass(BeatClass.F, BeatClass.Q);

    /// <summary>[annotated][found], each in the order N, S, V, F, Q, no beat; the last of the last is always 0.</summary>
    public long[][] Confusion { get; init; } = Empty();

    private static IEnumerable<int> Beats => Enumerable.Range(0, NoBeat);

    public static BeatScore operator +(BeatScore a, BeatScore b) =>
        new() { Confusion = [.. a.Confusion.Zip(b.Confusion, (x, y) => (long[])[.. x.Zip(y, (i, k) => i + k)])] };

    public static long[][] Empty() => [.. Enumerable.Range(0, NoBeat + 1).Select(_ => new long[NoBeat + 1])];

    public static int IndexOf(BeatClass? beat) => beat is { } known ? (int)known : NoBeat;

    /// <param name="beat">The class.</param>
    /// <param name="forgiven">What the annotators may say without making the call a false one.</param>
    private Tally OfClass(BeatClass beat, params ReadOnlySpan<BeatClass> forgiven)
    {
        int own = (int)beat;
        long called = Confusion.Sum(row => row[own]);
        long excused = 0;
        foreach (BeatClass other in forgiven)
        {
            excused += Confusion[(int)other][own];
        }

        return new Tally(Confusion[own][own], Confusion[own].Sum() - Confusion[own][own], called - Confusion[own][own] - excused);
    }

    private long Sum(IEnumerable<int> annotated, IEnumerable<int> found) => annotated.Sum(row => found.Sum(column => Confusion[row][column]));
}
