namespace AnyEcg.Store;

/// <summary>Seconds of a stream in a row that were left out, or frames in a row that found no slot: one row of the table. Empty: of no second.</summary>
/// <param name="Epoch">Of all of them.</param>
/// <param name="First">The first.</param>
/// <param name="Next">The one after the last.</param>
internal readonly record struct SkipRun(long Epoch, long First, long Next)
{
    /// <summary>A row is read again whole even where a snapshot includes most of it: it stays short.</summary>
    public const int Longest = 64;

    /// <summary>With one second more, or a new run of that alone.</summary>
    public SkipRun With(long epoch, long second) =>
        First < Next && epoch == Epoch && second >= First && second <= Next && second - First < Longest
            ? this with { Next = Math.Max(Next, second + 1) }
            : new SkipRun(epoch, second, second + 1);
}
