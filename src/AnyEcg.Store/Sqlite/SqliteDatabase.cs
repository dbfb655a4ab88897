using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace AnyEcg.Store;

/// <summary>A file. Its owner holds a lock file beside it; the system gives that up with the process, however it ends.</summary>
internal sealed class SqliteDatabase : StoreDatabase
{
    private readonly string connectionString;
    private FileStream? ownership;
    private WalCheckpointer? checkpointer;

    public SqliteDatabase(StoreOptions options, bool owner)
        : base(options)
    {
        SqliteConnectionStringBuilder builder = options.Connection.Contains('=', StringComparison.Ordinal)
            ? new SqliteConnectionStringBuilder(options.Connection)
            : new SqliteConnectionStringBuilder { DataSource = options.Connection };
        builder.Mode = owner ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadWrite;
        builder.Pooling = false;
        connectionString = builder.ToString();
        Guarded(() =>
        {
            if (owner)
                ownership = TakeOwnership(builder.DataSource);
            Prepare(owner);
            if (owner)
                checkpointer = new WalCheckpointer(Connect);
        });
    }

    public override string Provider => "sqlite";

    public override void Dispose()
    {
        checkpointer?.Dispose();
        ownership?.Dispose();
    }

    internal override ReaderConnection ConnectReader()
    {
        SqliteConnection connection = Connect();
        Execute(connection, "PRAGMA query_only = 1; PRAGMA cache_size = -8192;");
        return new SqliteReaderConnection(connection);
    }

    internal override WriterConnection ConnectWriter() => new SqliteWriterConnection(Connect(), checkpointer!, Options);

    internal override StoreFailure Classify(Exception failure) => SqliteFailures.Classify(failure);

    internal static void Execute(SqliteConnection connection, string sql)
    {
        int code = raw.sqlite3_exec(connection.Handle!, sql);
        if (code != raw.SQLITE_OK)
            throw new SqliteException(raw.sqlite3_errmsg(connection.Handle!).utf8_to_string(), code & 0xff, code);
    }

    private static FileStream TakeOwnership(string file)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder)
            Directory.CreateDirectory(folder);
        try
        {
            return new FileStream(file + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new StoreRefusedException(StoreFailure.OwnershipLost, "Another worker is running on this database.", e);
        }
    }

    private SqliteConnection Connect()
    {
        SqliteConnection connection = new(connectionString);
        try
        {
            connection.Open();
            raw.sqlite3_busy_timeout(connection.Handle!, (int)Options.BusyTimeout.TotalMilliseconds);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private void Prepare(bool owner)
    {
        using SqliteConnection connection = Connect();
        if (!owner)
        {
            SchemaUpgrade.Check(connection, SchemaStep.All);
            return;
        }

        Execute(
            connection,
            string.Create(CultureInfo.InvariantCulture, $"PRAGMA page_size = {Options.PageBytes}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; BEGIN IMMEDIATE"));
        SchemaUpgrade.Run(connection, SchemaStep.All, step => step.Sqlite);
        Execute(connection, "COMMIT");
    }
}
