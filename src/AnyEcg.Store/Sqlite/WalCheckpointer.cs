using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace AnyEcg.Store;

/// <summary>
/// Copies the write-ahead log back into the database on a thread of its own, beside the commits. It repeats until a pass ends with nothing
/// left: the next commit then begins the log anew, so that it stays bounded. <see cref="Dispose"/> waits for a running pass.
/// </summary>
internal sealed class WalCheckpointer : IDisposable
{
    private const int Passes = 4;

    private readonly Func<SqliteConnection> connect;
    private readonly Thread thread;
    private readonly AutoResetEvent wake = new(false);
    private readonly Lock copying = new();
    private long written;
    private long offset;
    private volatile bool stopping;

    public WalCheckpointer(Func<SqliteConnection> connect)
    {
        this.connect = connect;
        thread = new Thread(Run) { IsBackground = true, Name = "AnyEcg checkpoint" };
        thread.Start();
    }

    /// <summary>
    /// Pages in the log, about: what the last pass found there and what was written since. Too many where the log has begun anew since; the
    /// next pass, which then has little to do, puts that right.
    /// </summary>
    public long Pages => Interlocked.Read(ref written) + Interlocked.Read(ref offset);

    /// <summary>Another connection writes now, which counts from 0. Store thread only.</summary>
    public void Connected()
    {
        Interlocked.Add(ref offset, Interlocked.Exchange(ref written, 0));
    }

    /// <summary>Tells the pages that the writer's connection has written in its life. Store thread only.</summary>
    public void Written(long pages, long limit)
    {
        Interlocked.Exchange(ref written, pages);
        if (Pages >= limit)
            wake.Set();
    }

    /// <summary>Copies all on the connection of the store thread, after a pass that may be running. A reader of an old version may still prevent it.</summary>
    public void CopyNow(sqlite3 writer)
    {
        lock (copying)
        {
            int code = raw.sqlite3_wal_checkpoint_v2(writer, "main", raw.SQLITE_CHECKPOINT_RESTART, out int logged, out _);
            Found(code == raw.SQLITE_OK ? 0 : logged, Interlocked.Read(ref written));
        }
    }

    public void Dispose()
    {
        stopping = true;
        wake.Set();
        thread.Join();
        wake.Dispose();
    }

    private void Run()
    {
        SqliteConnection? connection = null;
        while (wake.WaitOne() && !stopping)
        {
            try
            {
                connection ??= Open();
                for (int pass = 0; pass < Passes && !stopping && !Copy(connection); pass++)
                {
                }
            }
            catch (SqliteException)
            {
                // The commits meet the same disk, and tell.
                connection?.Dispose();
                connection = null;
            }
        }

        connection?.Dispose();
    }

    /// <summary>A connection that has read nothing does not know yet that there is a log, and would copy nothing.</summary>
    private SqliteConnection Open()
    {
        SqliteConnection connection = connect();
        SqliteDatabase.Execute(connection, "SELECT COUNT(*) FROM sqlite_schema");
        return connection;
    }

    /// <summary>One pass, which waits for nobody; true: nothing is left, or it could not run.</summary>
    private bool Copy(SqliteConnection connection)
    {
        lock (copying)
        {
            long before = Interlocked.Read(ref written);
            int code = raw.sqlite3_wal_checkpoint_v2(connection.Handle!, "main", raw.SQLITE_CHECKPOINT_PASSIVE, out int logged, out int copied);
            Found(logged, before);
            return code != raw.SQLITE_OK || logged == copied;
        }
    }

    /// <summary>A pass found this many pages in the log when this many had been written; -1: it could not look.</summary>
    private void Found(int logged, long whenWritten)
    {
        if (logged >= 0)
            Interlocked.Exchange(ref offset, logged - whenWritten);
    }
}
