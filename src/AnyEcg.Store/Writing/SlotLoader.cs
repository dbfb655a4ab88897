using System.Collections.Immutable;
using System.Data.Common;
using AnyEcg.Signal;

namespace AnyEcg.Store;

/// <summary>
/// Reads at start where each stream stands. The next number is above everything that is or was there; bytes are counted from where the last
/// count ended, so that a long journal is not read whole.
/// </summary>
internal static class SlotLoader
{
    private const string StreamsSql = """
        SELECT s.number, s.stream_group, s.name, s.next_sequence, s.counted_sequence, s.journal_bytes, COALESCE(p.sequence, 0)
        FROM stream s LEFT JOIN snapshot p ON p.stream = s.number ORDER BY s.number
        """;

    public static void Load(DbConnection connection, ImmutableArray<string> groups, StreamSlots slots)
    {
        using Statement streams = new(connection, StreamsSql);
        using Statement last = new(connection, "SELECT MAX(id) FROM journal WHERE id >= @first AND id <= @last", "first:l last:l");
        using Statement bytes = new(
            connection, "SELECT CAST(COALESCE(SUM(LENGTH(body)), 0) AS BIGINT) FROM journal WHERE id > @counted AND id <= @last", "counted:l last:l");
        foreach (StreamRow row in streams.List(Row).Where(r => groups.IsEmpty || groups.Contains(r.Key.Group)))
        {
            object? lastId = last.Scalar(JournalId.Of(row.Number, 0), JournalId.Last(row.Number));
            long inJournal = lastId is long id ? JournalId.Sequence(id) : 0;
            slots.Add(new StreamSlot(row.Key)
            {
                Number = row.Number,
                NextSequence = Math.Max(row.NextSequence, Math.Max(inJournal, row.SnapshotSequence) + 1),
                SnapshotSequence = row.SnapshotSequence,
                JournalBytes = row.JournalBytes + (long)bytes.Scalar(JournalId.Of(row.Number, row.CountedSequence), JournalId.Last(row.Number))!,
            });
        }
    }

    private static StreamRow Row(DbDataReader r) => new(
        (int)r.GetInt64(0), new StreamKey(r.GetString(1), r.GetString(2)), r.GetInt64(3), r.GetInt64(4), r.GetInt64(5), r.GetInt64(6));

    private readonly record struct StreamRow(
        int Number, StreamKey Key, long NextSequence, long CountedSequence, long JournalBytes, long SnapshotSequence);
}
