namespace AnyEcg.Store;

/// <summary>
/// The key of an input: the stream's number above 40 bits of sequence. One number is the cheapest key that both databases cluster and
/// search by, and it keeps a stream's inputs together, in order: 8 million streams, a trillion inputs each.
/// </summary>
internal static class JournalId
{
    public const int SequenceBits = 40;
    public const int MostStreams = (1 << (63 - SequenceBits)) - 1;

    private const long SequenceMask = (1L << SequenceBits) - 1;

    public static long Of(int stream, long sequence) => ((long)stream << SequenceBits) | sequence;

    public static long Sequence(long id) => id & SequenceMask;

    /// <summary>No id of the stream is above.</summary>
    public static long Last(int stream) => Of(stream, SequenceMask);
}
