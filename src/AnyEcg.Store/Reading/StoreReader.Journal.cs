using System.Data.Common;
using AnyEcg.Signal;

namespace AnyEcg.Store;

public sealed partial class StoreReader
{
    /// <summary>Receive times of a stream's inputs may be out of order by this much.</summary>
    private const long DisorderNs = 5_000_000_000;

    private const string Columns = "id, kind, received_ns, epoch, first_sample, samples, body";

    /// <summary>Inputs after a sequence number, in order; a page.</summary>
    public IReadOnlyList<JournalEntry> Journal(StreamKey key, long after, int most = 1000)
    {
        int stream = Number(key);
        return Entries(JournalId.Of(stream, after) + 1, JournalId.Last(stream), most);
    }

    /// <summary>
    /// Inputs received in a range of time (both ends included), in order of their sequence; a page. The clustered key is searched by halves: receive times
    /// ascend with it but for small disorder, for which the search reaches out by five seconds.
    /// </summary>
    /// <param name="key">Whose.</param>
    /// <param name="fromNs">Nanoseconds since 1970.</param>
    /// <param name="toNs">Nanoseconds since 1970.</param>
    /// <param name="after">The last sequence of the page before.</param>
    /// <param name="most">The page's length.</param>
    public IReadOnlyList<JournalEntry> JournalBetween(StreamKey key, long fromNs, long toNs, long after = 0, int most = 1000)
    {
        int stream = Number(key);
        long first = Math.Max(FirstReceived(stream, fromNs - DisorderNs), JournalId.Of(stream, after) + 1);
        List<JournalEntry> found = [];
        while (found.Count < most)
        {
            List<JournalEntry> page = Entries(first, JournalId.Last(stream), most);
            foreach (JournalEntry entry in page)
            {
                if (entry.ReceivedNs > toNs + DisorderNs)
                    return found;
                if (entry.ReceivedNs >= fromNs && entry.ReceivedNs <= toNs && found.Count < most)
                    found.Add(entry);
            }

            if (page.Count < most)
                break;
            first = JournalId.Of(stream, page[^1].Sequence) + 1;
        }

        return found;
    }

    /// <summary>
    /// Inputs of a kind that hold samples of an epoch from <paramref name="from"/> to before <paramref name="to"/>, in the order of their sequence, whenever they were
    /// received. Looks through all inputs of the stream, without their bodies.
    /// </summary>
    public IReadOnlyList<JournalEntry> JournalSamples(StreamKey key, byte kind, long epoch, long from, long to, int most)
    {
        int stream = Number(key);
        IReadOnlyList<TailRow> newest = connection.Newest(JournalId.Of(stream, 0), JournalId.Last(stream));

        // The writer may move inputs between any two of these reads: where the table ends and the newest begin is settled before the table is read.
        long moved = newest.Count > 0 ? Moved(stream) : JournalId.Last(stream);
        List<JournalEntry> found = Prepared(
            $"""
            SELECT {Columns} FROM journal WHERE id >= @first AND id <= @last AND kind = @kind AND epoch = @epoch
            AND first_sample < @to AND first_sample > @from - samples ORDER BY id LIMIT @most
            """,
            "first:l last:l kind:l epoch:l to:l from:l most:l")
            .List(Entry, JournalId.Of(stream, 0), moved, (long)kind, epoch, to, from, (long)most);
        IEnumerable<TailRow> wanted = newest.Where(
            row => row.Id > moved && row.Kind == kind && row.Epoch == epoch && row.FirstSample < to && row.FirstSample > from - row.Samples);
        return [.. found, .. wanted.Take(most - found.Count).Select(Entry)];
    }

    /// <summary>The last input of a kind before a sequence number; null: there is none any more.</summary>
    public JournalEntry? JournalBefore(StreamKey key, byte kind, long sequence)
    {
        int stream = Number(key);
        foreach (TailRow row in connection.Newest(JournalId.Of(stream, 0), JournalId.Of(stream, sequence) - 1).Reverse())
        {
            if (row.Kind == kind)
                return Entry(row);
        }

        return Prepared(
            $"SELECT {Columns} FROM journal WHERE id >= @first AND id < @before AND kind = @kind ORDER BY id DESC LIMIT 1", "first:l before:l kind:l")
            .List(Entry, JournalId.Of(stream, 0), JournalId.Of(stream, sequence), (long)kind)
            .FirstOrDefault();
    }

    private List<JournalEntry> Entries(long first, long last, int most)
    {
        IReadOnlyList<TailRow> newest = connection.Newest(first, last);
        List<JournalEntry> found = Prepared(
            $"SELECT {Columns} FROM journal WHERE id >= @first AND id <= @last ORDER BY id LIMIT @most", "first:l last:l most:l")
            .List(Entry, first, last, (long)most);
        long read = found.Count > 0 ? found[^1].Sequence : 0;
        if (found.Count < most)
            found.AddRange(newest.Where(row => JournalId.Sequence(row.Id) > read).Take(most - found.Count).Select(Entry));
        return found;
    }

    /// <summary>The last of a stream's inputs that is in the table, and so are all before it; 0: none is.</summary>
    private long Moved(int stream) =>
        Prepared("SELECT MAX(id) FROM journal WHERE id >= @first AND id <= @last", "first:l last:l")
            .Scalar(JournalId.Of(stream, 0), JournalId.Last(stream)) is long id ? id : 0;

    private static JournalEntry Entry(TailRow row) => new(
        JournalId.Sequence(row.Id), row.Kind, row.ReceivedNs, row.Epoch, row.FirstSample, row.Samples, row.Body.ToArray());

    private static JournalEntry Entry(DbDataReader r) => new(
        JournalId.Sequence(r.GetInt64(0)), (byte)r.GetInt16(1), r.GetInt64(2), r.GetInt64(3), r.GetInt64(4), r.GetInt32(5), Bytes(r, 6)!);

    /// <summary>The id of the stream's first input that was received at or after a time; above all ids when there is none.</summary>
    private long FirstReceived(int stream, long ns)
    {
        Statement ends = Prepared("SELECT MIN(id), MAX(id) FROM journal WHERE id >= @first AND id <= @last", "first:l last:l");
        Statement probe = Prepared(
            "SELECT id, received_ns FROM journal WHERE id >= @first AND id <= @last ORDER BY id LIMIT 1", "first:l last:l");
        (long Low, long High) = ends.List(
            r => r.IsDBNull(0) ? (1L, 0L) : (r.GetInt64(0), r.GetInt64(1)), JournalId.Of(stream, 0), JournalId.Last(stream))[0];
        while (Low <= High)
        {
            long middle = Low + ((High - Low) / 2);
            (long id, long received) = probe.List(r => (r.GetInt64(0), r.GetInt64(1)), middle, High) is [var row, ..] ? row : (High, long.MaxValue);
            if (received < ns)
                Low = id + 1;
            else
                High = middle - 1;
        }

        return Low;
    }
}
