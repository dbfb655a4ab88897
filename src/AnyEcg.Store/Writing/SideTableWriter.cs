using System.Data.Common;

namespace AnyEcg.Store;

/// <summary>Writes skips, operators' actions and held frames. Store thread only.</summary>
internal sealed class SideTableWriter(DbConnection connection) : IDisposable
{
    private const string SkipSql = """
        INSERT INTO skip (stream, epoch, second, last_second, sequence) VALUES (@stream, @epoch, @first, @last, @sequence)
        ON CONFLICT (stream, epoch, second) DO UPDATE SET last_second = excluded.last_second, sequence = excluded.sequence
        WHERE excluded.last_second > skip.last_second
        """;

    private const string ActionSql = """
        INSERT INTO action (stream, time_ns, received_ns, operator_name, kind, reason, outcome, detail)
        VALUES (@stream, @time, @received, @operator, @kind, @reason, @outcome, @detail) RETURNING id
        """;

    private const string HeldSql = """
        INSERT INTO held (stream, content_type, properties, received_ns, body)
        VALUES (@stream, @content, @properties, @received, @body) RETURNING id
        """;

    private readonly Statement skip = new(connection, SkipSql, "stream:l epoch:l first:l last:l sequence:l");
    private readonly Statement action = new(
        connection, ActionSql, "stream:l time:l received:l operator:s kind:s reason:s outcome:s detail:s");

    private readonly Statement held = new(connection, HeldSql, "stream:l content:s properties:b received:l body:b");
    private readonly Statement release = new(connection, "DELETE FROM held WHERE stream = @stream AND id <= @id", "stream:l id:l");
    private readonly Statement eraseSkips = new(
        connection, "DELETE FROM skip WHERE stream = @stream AND sequence <= @sequence", "stream:l sequence:l");

    /// <summary>
    /// Extends the row of the seconds before it, if they were left out too: where the network is off for many streams, the table stays small. What was
    /// rolled back is written again, and may then begin a row that overlaps another: they name the same seconds.
    /// </summary>
    public CommittedWork Write(SkipWork w, int stream, StreamSlot slot)
    {
        slot.Skips = slot.Skips.With(w.Epoch, w.Second);
        bool written = skip.Run((long)stream, w.Epoch, slot.Skips.First, w.Second, w.Sequence) == 1;
        return new CommittedWork(w, written ? WorkOutcome.Stored : WorkOutcome.AlreadyThere, 0);
    }

    public long Write(ActionWork w, int stream) =>
        (long)action.Scalar((long)stream, w.TimeNs, w.ReceivedNs, w.Operator, w.Kind, w.Reason, w.Outcome, w.Detail)!;

    public long Write(HoldWork w, int stream) => (long)held.Scalar((long)stream, w.ContentType, w.Properties, w.ReceivedNs, w.Body)!;

    public long Release(ReleaseWork w, int stream)
    {
        release.Run((long)stream, w.UpToId);
        return 0;
    }

    public void Erase(int stream, long upToSequence)
    {
        eraseSkips.Run((long)stream, upToSequence);
        release.Run((long)stream, long.MaxValue);
    }

    public void Dispose()
    {
        foreach (Statement statement in new[] { skip, action, held, release, eraseSkips })
            statement.Dispose();
    }
}
