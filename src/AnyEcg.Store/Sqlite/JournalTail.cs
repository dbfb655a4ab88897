using SQLitePCL;

namespace AnyEcg.Store;

/// <summary>
/// The inputs of the last commits, in the order of the commits: a row or two for each commit, where the journal, which keeps a stream's inputs together, would
/// take a page of every stream. They are moved into the journal some seconds later, several of a stream at a time, and leave the tail once a whole generation of commits has
/// moved. What is in memory is what is in the table. Store thread only.
/// </summary>
internal sealed class JournalTail : IDisposable
{
    /// <summary>Memory is taken in pieces of this size, below what the collector treats as large.</summary>
    private const int PageBytes = 64 << 10;

    private const int IdlePages = 512;

    /// <summary>Inputs of a generation: what a reader of the tail has to look through is twice that.</summary>
    private const int MostInputs = 65_536;

    private const long MostBytes = 32L << 20;

    /// <summary>Moved with every commit at least, so that a generation ends when inputs become few.</summary>
    private const int LeastMoved = 64;

    private readonly SqliteStatement insert;
    private readonly SqliteStatement drop;
    private readonly SqliteStatement journal;
    private readonly int generationCommits;
    private readonly long generationBytes;
    private readonly Stack<byte[]> idle = new();
    private readonly List<TailEntry> fresh = [];
    private readonly List<byte[]> freshPages = [];
    private TailGeneration young = new();
    private TailGeneration old = new();
    private byte[] page = [];
    private int used;
    private int usedBefore;
    private int moved;
    private int movedBefore;
    private int lastAppended;
    private long lastRow;
    private long freshBytes;
    private bool settled;

    public JournalTail(sqlite3 database, StoreOptions options)
    {
        generationCommits = options.SettleCommits;
        generationBytes = options.LargestBytes > 0 ? Math.Min(MostBytes, options.LargestBytes / 16) : MostBytes;
        insert = new SqliteStatement(database, "INSERT INTO tail (body) VALUES (?1)");
        drop = new SqliteStatement(database, "DELETE FROM tail WHERE id <= ?1");
        journal = new SqliteStatement(
            database,
            "INSERT INTO journal (id, kind, received_ns, epoch, first_sample, samples, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING");
    }

    private bool IsYoungFull => young.Commits >= generationCommits || young.Count >= MostInputs || young.Bytes >= generationBytes;

    /// <summary>Moves all that an earlier run, or a connection that was lost, has left; the table is empty then. Within a transaction, before anything else.</summary>
    /// <exception cref="StoreRefusedException">A row is damaged.</exception>
    public void SettleEarlier(IEnumerable<byte[]> batches)
    {
        foreach (TailRow row in batches.SelectMany(TailRow.All))
            Move(row);
        Drop(long.MaxValue);
    }

    /// <summary>Moves some of what has stood here long enough. Within a transaction.</summary>
    public void MoveSome()
    {
        int until = IsYoungFull ? old.Count : Math.Min(old.Count, moved + Math.Max(LeastMoved, 2 * lastAppended));

        // A stream's inputs stay together: that is what the page of the stream is touched only once for.
        while (until > 0 && until < old.Count && StreamAt(until) == StreamAt(until - 1))
            until++;
        if (moved < until)
            MoveOld(until);
    }

    /// <summary>Takes the inputs of a commit. Within the transaction.</summary>
    public void Append(ReadOnlySpan<JournalRow> rows)
    {
        int from = used;
        foreach (ref readonly JournalRow row in rows)
        {
            TailRow input = TailRow.Of(row);
            if (used + input.Length > page.Length)
            {
                Insert(from);
                NextPage(input.Length);
                from = 0;
            }

            input.Write(page.AsSpan(used));
            fresh.Add(new TailEntry(input.Id, page, used));
            used += input.Length;
            freshBytes += input.Length;
        }

        Insert(from);
    }

    /// <summary>Moves everything, what this transaction has appended too, and empties the table. Once in a transaction: what was erased then must not come back.</summary>
    public void SettleAll()
    {
        if (settled)
            return;
        MoveOld(old.Count);
        for (int i = 0; i < young.Count; i++)
            Move(young[i]);
        foreach (TailEntry entry in fresh)
            Move(entry);
        Drop(long.MaxValue);
        settled = true;
    }

    public void Committed()
    {
        if (settled || moved == old.Count)
            Empty(old);
        if (fresh.Count > 0)
            young.Add(fresh, freshPages, lastRow, freshBytes);
        if (settled)
            Empty(young);
        lastAppended = fresh.Count;
        if (old.Count == 0 && young.Count > 0 && IsYoungFull)
        {
            young.Sort();
            (old, young) = (young, old);
            (page, used) = ([], 0);
        }

        Forget();
        (movedBefore, usedBefore) = (moved, used);
    }

    public void RolledBack()
    {
        // What was taken in this transaction is written over; a page begun in it is left to the collector.
        if (freshPages.Count > 0)
            (page, used) = ([], 0);
        else
            used = usedBefore;
        Forget();
        (moved, usedBefore) = (movedBefore, used);
    }

    public void Dispose()
    {
        insert.Dispose();
        drop.Dispose();
        journal.Dispose();
    }

    private long StreamAt(int index) => old[index].Id >> JournalId.SequenceBits;

    private void Forget()
    {
        fresh.Clear();
        freshPages.Clear();
        (freshBytes, settled) = (0, false);
    }

    private void Empty(TailGeneration generation)
    {
        if (ReferenceEquals(generation, old))
            moved = 0;
        else
            (page, used) = ([], 0);
        generation.Clear(idle, PageBytes, IdlePages);
    }

    private void MoveOld(int until)
    {
        while (moved < until)
            Move(old[moved++]);
        if (moved == old.Count && old.Count > 0)
            Drop(old.LastRow);
    }

    private void Move(TailEntry entry) => Move(TailRow.Read(entry.Page.AsMemory(entry.At)));

    private void Move(in TailRow row)
    {
        journal.Bind(1, row.Id).Bind(2, row.Kind).Bind(3, row.ReceivedNs).Bind(4, row.Epoch).Bind(5, row.FirstSample).Bind(6, row.Samples).Bind(7, row.Body.Span);
        journal.Run();
    }

    private void Drop(long upTo) => drop.Bind(1, upTo).Run();

    /// <summary>What was written into the page from there on becomes a row.</summary>
    private void Insert(int from)
    {
        if (used > from)
            lastRow = insert.Bind(1, page.AsSpan(from, used - from)).Run();
    }

    private void NextPage(int least)
    {
        page = least > PageBytes ? new byte[least] : idle.TryPop(out byte[]? again) ? again : new byte[PageBytes];
        freshPages.Add(page);
        used = 0;
    }
}
