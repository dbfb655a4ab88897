using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace AnyEcg.Store.Tests;

/// <summary>A database of its own for one test, in SQLite or PostgreSQL.</summary>
internal abstract class TestPlace : IDisposable
{
    public abstract StoreOptions Options { get; }

    public StoreDatabase Open() => StoreDatabase.Open(Options);

    /// <summary>Runs a statement beside the store.</summary>
    public void Execute(string sql)
    {
        using DbConnection connection = Connect();
        connection.Open();
        using DbCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Tests give constants.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    public abstract void Dispose();

    /// <summary>A connection beside the store, not open yet.</summary>
    public abstract DbConnection Connect();
}

internal sealed class SqlitePlace : TestPlace
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("anyecg-store");

    public string File => Path.Combine(folder.FullName, "store", "anyecg.db");

    public long LargestBytes { get; init; }

    /// <summary>Inputs are moved to their streams with the next commit: as early as can be, so that every test meets it.</summary>
    public int SettleCommits { get; init; }

    public override StoreOptions Options => new() { Connection = File, LargestBytes = LargestBytes, CheckpointPages = 100, SettleCommits = SettleCommits };

    /// <summary>Size of the database in pages.</summary>
    public long Pages() => Number("PRAGMA page_count");

    /// <summary>Rows of a table.</summary>
    public long Count(string table) => Number($"SELECT COUNT(*) FROM {table}");

    public override void Dispose() => folder.Delete(recursive: true);

    public override DbConnection Connect() => new SqliteConnection($"Data Source={File};Pooling=false");

    private long Number(string sql)
    {
        using DbConnection connection = Connect();
        connection.Open();
        using Statement statement = new(connection, sql);
        return (long)statement.Scalar()!;
    }
}

internal sealed class PostgresPlace(string connection) : TestPlace
{
    public override StoreOptions Options => new() { Connection = connection };

    /// <summary>The database goes with its server.</summary>
    public override void Dispose()
    {
    }

    public override DbConnection Connect() => new NpgsqlConnection($"{connection};Search Path=anyecg");
}
