using System.Data.Common;

namespace AnyEcg.Store;

/// <summary>A row of the journal as it is written.</summary>
internal readonly record struct JournalRow(long Id, JournalInput Input);

/// <summary>A connection that may only read.</summary>
internal class ReaderConnection(DbConnection connection) : IDisposable
{
    public DbConnection Connection { get; } = connection;

    /// <summary>Inputs of a range of ids that may not be in the journal's table yet, ascending within a stream. To be read before the table: none is lost between the two then.</summary>
    public virtual IReadOnlyList<TailRow> Newest(long first, long last) => [];

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing) => Connection.Dispose();
}

/// <summary>The writer's connection: what the two databases do differently in a transaction. Store thread only.</summary>
internal abstract class WriterConnection(DbConnection connection) : ReaderConnection(connection)
{
    /// <summary>Its parameters in the order of <see cref="SnapshotWork"/>'s row: stream, sequence, format, time, body.</summary>
    protected const string SnapshotSql = """
        INSERT INTO snapshot (stream, sequence, format, taken_ns, body) VALUES (@stream, @sequence, @format, @taken, @body)
        ON CONFLICT (stream) DO UPDATE SET sequence = excluded.sequence, format = excluded.format, taken_ns = excluded.taken_ns, body = excluded.body
        """;

    /// <summary>Begins a transaction that may write; throws when another holds the database, or when it is no longer ours.</summary>
    public abstract void Begin();

    /// <summary>Returns when all of it is durable.</summary>
    public abstract void Commit();

    public abstract void Rollback();

    /// <summary>
    /// Writes rows whose ids nobody else gives out. A row that is there already (a commit whose answer was lost) is left alone. Called in every transaction
    /// of a batch, without rows too.
    /// </summary>
    public abstract void Append(ReadOnlySpan<JournalRow> rows);

    /// <summary>Writes a stream's snapshot in place of the one before.</summary>
    public abstract void Replace(SnapshotWork snapshot, int stream);

    /// <summary>All that was appended is in the journal's table then, in the same transaction.</summary>
    public virtual void Settle()
    {
    }

    /// <summary>Keeps two workers from giving the same number to different streams; within a transaction.</summary>
    public virtual void LockNumbers()
    {
    }

    /// <summary>Housekeeping between two commits.</summary>
    public virtual void AfterCommit()
    {
    }
}
