using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace AnyEcg.Store;

/// <summary>The writer's connection to a file. Inputs go to the <see cref="JournalTail"/> first.</summary>
internal sealed class SqliteWriterConnection : WriterConnection
{
    private readonly SqliteConnection connection;
    private readonly WalCheckpointer checkpointer;
    private readonly int checkpointPages;
    private readonly int busyMilliseconds;
    private readonly JournalTail tail;
    private readonly SqliteStatement snapshot;

    /// <summary>Takes the connection over, also when it fails: it is closed then, for a further try has one of its own.</summary>
    public SqliteWriterConnection(SqliteConnection connection, WalCheckpointer checkpointer, StoreOptions options)
        : base(connection)
    {
        this.connection = connection;
        this.checkpointer = checkpointer;
        checkpointPages = options.CheckpointPages;
        busyMilliseconds = (int)options.BusyTimeout.TotalMilliseconds;
        try
        {
            // A commit that has reordered pages of a table looks at every page of the cache: a large one costs more than it saves, while the system keeps the file in memory.
            SqliteDatabase.Execute(connection, "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -32768; PRAGMA temp_store = MEMORY");
            checkpointer.Connected();
            tail = new JournalTail(Handle, options);
            snapshot = new SqliteStatement(Handle, SnapshotSql);
            SettleEarlier();

            // Not before: what is to be moved must not be kept from it by the limit.
            if (options.LargestBytes > 0)
                Bound(options.LargestBytes);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    private sqlite3 Handle => connection.Handle!;

    public override void Begin() => SqliteDatabase.Execute(connection, "BEGIN IMMEDIATE");

    public override void Commit()
    {
        SqliteDatabase.Execute(connection, "COMMIT");
        tail.Committed();
    }

    /// <summary>Some failures (a full disk) have rolled back already.</summary>
    public override void Rollback()
    {
        tail.RolledBack();
        if (raw.sqlite3_get_autocommit(Handle) == 0)
            SqliteDatabase.Execute(connection, "ROLLBACK");
    }

    public override void Append(ReadOnlySpan<JournalRow> rows)
    {
        tail.MoveSome();
        tail.Append(rows);
    }

    public override void Replace(SnapshotWork snapshot, int stream) =>
        this.snapshot.Bind(1, stream).Bind(2, snapshot.Sequence).Bind(3, snapshot.Format).Bind(4, snapshot.TakenNs).Bind(5, snapshot.Body.Span).Run();

    public override void Settle() => tail.SettleAll();

    public override void AfterCommit()
    {
        raw.sqlite3_db_status(Handle, raw.SQLITE_DBSTATUS_CACHE_WRITE, out int pages, out _, 0);
        checkpointer.Written(pages, checkpointPages);
        if (checkpointer.Pages >= 4L * checkpointPages)
        {
            // A reader or a slow disk kept the other thread from it: bounded matters more now than this one commit's time.
            raw.sqlite3_busy_timeout(Handle, 0);
            checkpointer.CopyNow(Handle);
            raw.sqlite3_busy_timeout(Handle, busyMilliseconds);
        }
    }

    protected override void Dispose(bool disposing)
    {
        tail?.Dispose();
        snapshot?.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>In pages of the size that the file has: one that is there already keeps that of its making.</summary>
    private void Bound(long largestBytes)
    {
        using Statement size = new(connection, "PRAGMA page_size");
        SqliteDatabase.Execute(connection, string.Create(CultureInfo.InvariantCulture, $"PRAGMA max_page_count = {largestBytes / (long)size.Scalar()!}"));
    }

    private void SettleEarlier()
    {
        using Statement left = new(connection, SqliteReaderConnection.TailSql);
        if (left.Scalar() is null)
            return;
        Begin();
        try
        {
            tail.SettleEarlier(left.List(SqliteReaderConnection.Batch));
            Commit();
        }
        catch
        {
            Rollback();
            throw;
        }
    }
}
