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
    private long written;
    private long baseline;
    private volatile bool stopping;

    public WalCheckpointer(Func<SqliteConnection> connect)
    {
        this.connect = connect;
        thread = new Thread(Run) { IsBackground = true, Name = "AnyEcg checkpoint" };
        thread.Start();
    }

    /// <summary>Tells the pages that the writer's connection has written in its life. Store thread only.</summary>
    public void Written(long pages, long limit)
    {
        Interlocked.Exchange(ref written, pages);
        if (pages < Interlocked.Read(ref baseline))
            Interlocked.Exchange(ref baseline, 0);
        if (Behind(limit))
            wake.Set();
    }

    public bool Behind(long pages) => Interlocked.Read(ref written) - Interlocked.Read(ref baseline) >= pages;

    /// <summary>A checkpoint ended; everything copied means that the log begins anew.</summary>
    public void Copied(int logged, int copied)
    {
        if (logged == copied)
            Interlocked.Exchange(ref baseline, Interlocked.Read(ref written));
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
                connection ??= connect();
                Copy(connection);
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

    private void Copy(SqliteConnection connection)
    {
        for (int pass = 0; pass < Passes && !stopping; pass++)
        {
            int code = raw.sqlite3_wal_checkpoint_v2(connection.Handle!, "main", raw.SQLITE_CHECKPOINT_PASSIVE, out int logged, out int copied);
            if (code != raw.SQLITE_OK)
                return;
            Copied(logged, copied);
            if (logged == copied)
                return;
        }
    }
}
