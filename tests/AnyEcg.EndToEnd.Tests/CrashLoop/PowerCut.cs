namespace AnyEcg.EndToEnd.Tests;

/// <summary>What may have become of bytes that were written and not yet synchronised to the disk when the power went.</summary>
public enum LostWrites
{
    /// <summary>The log ends somewhere within its last transaction.</summary>
    Truncated,

    /// <summary>Some sectors of the last transaction were written, others still hold zeros.</summary>
    SomeSectors,

    /// <summary>The end of the log holds what lay there before: anything.</summary>
    Garbage,

    /// <summary>The last transaction is torn and a checkpoint was under way: pages in the database that the log still holds are half written.</summary>
    TornPages,
}

/// <summary>
/// A copy of the files of a worker that died between the commit of a transaction of inputs and the acknowledgement of these, made as if the
/// machine had lost its power during that commit. What SQLite had synchronised before is left alone: the transactions before the last one, since
/// with <c>synchronous=FULL</c> each is synchronised before the next begins. The last one may be whole, torn or gone, and pages of the
/// database that the log still holds may be torn, since a checkpoint synchronises them only before the log begins anew. The shared-memory
/// file does not survive. Not simulated: a disk that says that it has synchronised and has not, and one that spoils what it held.
/// </summary>
internal static class PowerCut
{
    private const int SectorBytes = 512;

    public static void Copy(string database, string copy, LostWrites lost, Random random)
    {
        byte[] pages = File.ReadAllBytes(database);
        WalFile wal = new(File.ReadAllBytes(database + "-wal"));
        byte[] log = wal.Bytes;
        switch (lost)
        {
            case LostWrites.SomeSectors:
                Spoil(log.AsSpan(wal.LastBegin..wal.LastEnd), random);
                break;
            case LostWrites.Garbage:
                int from = random.Next(wal.LastBegin, wal.LastEnd);
                random.NextBytes(log.AsSpan(from));
                break;
            default:
                log = log[..random.Next(wal.LastBegin, wal.LastEnd)];
                break;
        }

        if (lost == LostWrites.TornPages)
            Tear(pages, wal, random);
        File.WriteAllBytes(copy, pages);
        File.WriteAllBytes(copy + "-wal", log);
    }

    /// <summary>Of each page that a checkpoint may have been writing some sectors are old and some are new.</summary>
    private static void Tear(Span<byte> pages, WalFile wal, Random random)
    {
        foreach ((int page, Range latest) in wal.PagesBeforeLast)
        {
            int begin = (page - 1) * wal.PageBytes;
            for (int at = 0; at < wal.PageBytes && begin + at < pages.Length; at += SectorBytes)
            {
                if (random.NextDouble() < 0.5)
                    wal.Bytes.AsSpan(latest).Slice(at, SectorBytes).CopyTo(pages[(begin + at)..]);
            }
        }
    }

    /// <summary>Half of the sectors were never written.</summary>
    private static void Spoil(Span<byte> bytes, Random random)
    {
        for (int at = 0; at < bytes.Length; at += SectorBytes)
        {
            if (random.NextDouble() < 0.5)
                bytes.Slice(at, Math.Min(SectorBytes, bytes.Length - at)).Clear();
        }
    }
}
