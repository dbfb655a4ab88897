using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace AnyEcg.Store;

/// <summary>
/// The writer's connection to a file. The journal's statement is bound without the provider in between: it runs for every frame, and
/// so takes neither boxes nor copies.
/// </summary>
internal sealed class SqliteWriterConnection : WriterConnection
{
    private const string AppendSql =
        "INSERT INTO journal (id, kind, received_ns, epoch, first_sample, samples, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING";

    private readonly SqliteConnection connection;
    private readonly WalCheckpointer checkpointer;
    private readonly int checkpointPages;
    private readonly int busyMilliseconds;
    private readonly sqlite3_stmt append;

    public SqliteWriterConnection(SqliteConnection connection, WalCheckpointer checkpointer, StoreOptions options)
        : base(connection)
    {
        this.connection = connection;
        this.checkpointer = checkpointer;
        checkpointPages = options.CheckpointPages;
        busyMilliseconds = (int)options.BusyTimeout.TotalMilliseconds;
        if (options.LargestBytes > 0)
            SqliteDatabase.Execute(connection, string.Create(CultureInfo.InvariantCulture, $"PRAGMA max_page_count = {options.LargestBytes / options.PageBytes}"));
        SqliteDatabase.Execute(connection, "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY");
        checkpointer.Connected();
        Check(raw.sqlite3_prepare_v2(Handle, AppendSql, out append));
    }

    private sqlite3 Handle => connection.Handle!;

    public override void Begin() => SqliteDatabase.Execute(connection, "BEGIN IMMEDIATE");

    public override void Commit() => SqliteDatabase.Execute(connection, "COMMIT");

    /// <summary>Some failures (a full disk) have rolled back already.</summary>
    public override void Rollback()
    {
        if (raw.sqlite3_get_autocommit(Handle) == 0)
            SqliteDatabase.Execute(connection, "ROLLBACK");
    }

    public override void Append(ReadOnlySpan<JournalRow> rows)
    {
        foreach (ref readonly JournalRow row in rows)
            Append(row.Id, row.Input);
    }

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
        append.Dispose();
        base.Dispose(disposing);
    }

    private void Append(long id, in JournalInput input)
    {
        raw.sqlite3_bind_int64(append, 1, id);
        raw.sqlite3_bind_int(append, 2, input.Kind);
        raw.sqlite3_bind_int64(append, 3, input.ReceivedNs);
        raw.sqlite3_bind_int64(append, 4, input.Epoch);
        raw.sqlite3_bind_int64(append, 5, input.FirstSample);
        raw.sqlite3_bind_int(append, 6, input.Samples);
        Check(raw.sqlite3_bind_blob(append, 7, input.Body.Span));
        int code = raw.sqlite3_step(append);
        raw.sqlite3_reset(append);
        if (code != raw.SQLITE_DONE)
            Check(code);
    }

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK)
            throw new SqliteException(raw.sqlite3_errmsg(Handle).utf8_to_string(), code & 0xff, code);
    }
}
