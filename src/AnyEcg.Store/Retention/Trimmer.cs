using System.Data.Common;

namespace AnyEcg.Store;

/// <summary>What retention deleted of a stream; to be taken over when the transaction is durable.</summary>
internal readonly record struct TrimResult(StreamSlot Slot, int Rows, long JournalBytes, bool More);

/// <summary>
/// Deletes what a stream's retention no longer keeps, a bounded number of rows at a time, never an input that the snapshot does not
/// include. Store thread only, within a transaction.
/// </summary>
internal sealed class Trimmer(DbConnection connection, RetentionOptions options) : IDisposable
{
    private readonly Statement oldest = new(
        connection, "SELECT id, received_ns, LENGTH(body) FROM journal WHERE id >= @first AND id <= @last ORDER BY id LIMIT @most", "first:l last:l most:l");

    private readonly Statement drop = new(connection, "DELETE FROM journal WHERE id >= @first AND id <= @last", "first:l last:l");
    private readonly Statement dropSkips = new(
        connection, "DELETE FROM skip WHERE stream = @stream AND sequence <= @sequence", "stream:l sequence:l");

    private readonly Statement counted = new(
        connection, "UPDATE stream SET counted_sequence = @sequence, journal_bytes = @bytes WHERE number = @number", "sequence:l bytes:l number:l");

    private readonly Statement oldAlerts = new(connection, """
        SELECT alert_id FROM alert WHERE stream = @stream AND is_over = @over AND updated_ns < @before AND sequence <= @sequence
            AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.alert_id = alert.alert_id) LIMIT @most
        """, "stream:l over:o before:l sequence:l most:l");

    private readonly Statement dropTransitions = new(connection, "DELETE FROM transition WHERE alert_id = @alert", "alert:g");
    private readonly Statement dropAlert = new(connection, "DELETE FROM alert WHERE alert_id = @alert", "alert:g");
    private readonly Statement dropActions = new(
        connection, "DELETE FROM action WHERE stream = @stream AND received_ns < @before", "stream:l before:l");

    public TrimResult Trim(StreamSlot slot, long nowNs, int mostRows)
    {
        (int rows, long freed) = TrimJournal(slot, nowNs, mostRows);
        int alerts = TrimAlerts(slot, nowNs, Math.Max(1, mostRows / 16));
        int actions = dropActions.Run((long)slot.Number, Before(nowNs, options.Actions));
        long bytes = Math.Max(0, slot.JournalBytes - freed);
        counted.Run(slot.NextSequence - 1, bytes, (long)slot.Number);
        return new TrimResult(slot, rows + alerts + actions, bytes, rows == mostRows);
    }

    public void Dispose()
    {
        foreach (Statement statement in new[] { oldest, drop, dropSkips, counted, oldAlerts, dropTransitions, dropAlert, dropActions })
            statement.Dispose();
    }

    private static long Before(long nowNs, TimeSpan age) => nowNs - (long)(age.TotalMilliseconds * 1e6);

    private (int Rows, long Bytes) TrimJournal(StreamSlot slot, long nowNs, int mostRows)
    {
        long first = JournalId.Of(slot.Number, 0);
        long before = Before(nowNs, options.Journal);
        long excess = slot.JournalBytes - options.JournalBytesPerStream;
        (int rows, long freed, long last) = (0, 0, 0);
        using (DbDataReader reader = oldest.Read(first, JournalId.Of(slot.Number, slot.SnapshotSequence), (long)mostRows))
        {
            while (reader.Read() && (reader.GetInt64(1) < before || freed < excess))
            {
                rows++;
                last = reader.GetInt64(0);
                freed += reader.GetInt64(2);
            }
        }

        if (rows > 0)
        {
            drop.Run(first, last);
            dropSkips.Run((long)slot.Number, JournalId.Sequence(last));
        }

        return (rows, freed);
    }

    private int TrimAlerts(StreamSlot slot, long nowNs, int most)
    {
        List<Guid> alerts = oldAlerts.List(
            r => r.GetGuid(0), (long)slot.Number, true, Before(nowNs, options.Alerts), slot.SnapshotSequence, (long)most);
        int rows = 0;
        foreach (Guid alert in alerts)
            rows += dropTransitions.Run(alert) + dropAlert.Run(alert);
        return rows;
    }
}
