namespace AnyEcg.Store.Tests;

/// <summary>A database of its own for one test, in SQLite or PostgreSQL.</summary>
internal abstract class TestPlace : IDisposable
{
    public abstract StoreOptions Options { get; }

    public StoreDatabase Open() => StoreDatabase.Open(Options);

    public abstract void Dispose();
}

internal sealed class SqlitePlace : TestPlace
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("anyecg-store");

    public string File => Path.Combine(folder.FullName, "store", "anyecg.db");

    public override StoreOptions Options => new() { Connection = File };

    public override void Dispose() => folder.Delete(recursive: true);
}

internal sealed class PostgresPlace(string connection) : TestPlace
{
    public override StoreOptions Options => new() { Connection = connection };

    /// <summary>The database goes with its server.</summary>
    public override void Dispose()
    {
    }
}
