namespace AnyEcg.Store;

/// <summary>Writes streams, their snapshots and the erasure of their inputs. Store thread only.</summary>
internal sealed class StreamTableWriter(WriterConnection connection) : IDisposable
{
    private const string MakeSql = """
        INSERT INTO stream (number, stream_group, name, state, next_sequence, counted_sequence, journal_bytes)
        SELECT COALESCE(MAX(number), 0) + 1, @stream_group, @name, 0, 1, 0, 0 FROM stream
        """;

    private const string ForgetSql = """
        UPDATE stream SET descriptor = NULL, next_sequence = @next, counted_sequence = @counted, journal_bytes = @bytes
        WHERE number = @number
        """;

    private readonly List<StreamSlot> made = [];

    private readonly Statement make = new(connection.Connection, MakeSql, "stream_group:s name:s");
    private readonly Statement find = new(
        connection.Connection, "SELECT number FROM stream WHERE stream_group = @stream_group AND name = @name", "stream_group:s name:s");

    private readonly Statement descriptor = new(
        connection.Connection, "UPDATE stream SET descriptor = @descriptor WHERE number = @number", "descriptor:b number:l");

    private readonly Statement state = new(connection.Connection, "UPDATE stream SET state = @state WHERE number = @number", "state:l number:l");
    private readonly Statement dropSnapshot = new(
        connection.Connection, "DELETE FROM snapshot WHERE stream = @stream AND sequence < @sequence", "stream:l sequence:l");

    private readonly Statement dropInputs = new(connection.Connection, "DELETE FROM journal WHERE id >= @first AND id <= @last", "first:l last:l");
    private readonly Statement left = new(
        connection.Connection, "SELECT CAST(COALESCE(SUM(LENGTH(body)), 0) AS BIGINT) FROM journal WHERE id >= @first AND id <= @last", "first:l last:l");

    private readonly Statement forget = new(connection.Connection, ForgetSql, "next:l counted:l bytes:l number:l");

    /// <summary>The stream's number; a stream that is not there is made.</summary>
    public int Number(StreamSlot slot)
    {
        if (slot.Number > 0)
            return slot.Number;
        connection.LockNumbers();
        if (find.Scalar(slot.Key.Group, slot.Key.Stream) is null)
            make.Run(slot.Key.Group, slot.Key.Stream);
        long number = (long)find.Scalar(slot.Key.Group, slot.Key.Stream)!;
        if (number > JournalId.MostStreams)
            throw new StoreRefusedException("The database holds as many streams as it can number.");
        made.Add(slot);
        return slot.Number = (int)number;
    }

    public void Committed() => made.Clear();

    public void RolledBack()
    {
        foreach (StreamSlot slot in made)
            slot.Number = 0;
        made.Clear();
    }

    public long Write(SnapshotWork w, int stream)
    {
        connection.Replace(w, stream);
        return 0;
    }

    public long Write(DescriptorWork w, int stream) => Zero(descriptor.Run(w.Descriptor, (long)stream));

    public long Write(StreamStateWork w, int stream) => Zero(state.Run((long)w.State, (long)stream));

    /// <summary>Drops snapshot, inputs and descriptor, and counts what is left.</summary>
    public void Erase(StreamSlot slot, long upToSequence)
    {
        if (dropSnapshot.Run((long)slot.Number, upToSequence) > 0)
            slot.SnapshotSequence = 0;
        dropInputs.Run(JournalId.Of(slot.Number, 0), JournalId.Of(slot.Number, upToSequence));
        slot.JournalBytes = (long)left.Scalar(JournalId.Of(slot.Number, 0), JournalId.Last(slot.Number))!;
        forget.Run(slot.NextSequence, slot.NextSequence - 1, slot.JournalBytes, (long)slot.Number);
    }

    public void Dispose()
    {
        foreach (Statement statement in new[] { make, find, descriptor, state, dropSnapshot, dropInputs, left, forget })
            statement.Dispose();
    }

    private static long Zero(int rows) => rows == 1 ? 0 : throw new InvalidOperationException("A stream without its row.");
}
