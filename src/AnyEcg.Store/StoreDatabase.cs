using System.Data.Common;

namespace AnyEcg.Store;

/// <summary>
/// An opened database: SQLite or PostgreSQL. The one that writes owns it (or its groups) until it is disposed. Any thread.
/// </summary>
public abstract class StoreDatabase : IDisposable
{
    private protected StoreDatabase(StoreOptions options) => Options = options;

    /// <summary>"sqlite" or "postgresql".</summary>
    public abstract string Provider { get; }

    internal StoreOptions Options { get; }

    /// <summary>Opens for writing: takes ownership, and brings the tables to this version.</summary>
    /// <exception cref="StoreRefusedException">Corrupt, of a later version, or owned by another worker.</exception>
    /// <exception cref="StoreUnavailableException">Not now.</exception>
    public static StoreDatabase Open(StoreOptions options) => Open(options, owner: true);

    /// <summary>Opens for reading only, beside a worker that may be running.</summary>
    /// <exception cref="StoreRefusedException">Corrupt, or of another version.</exception>
    /// <exception cref="StoreUnavailableException">Not there, or not now.</exception>
    public static StoreDatabase OpenForReading(StoreOptions options) => Open(options, owner: false);

    /// <summary>A reader with a connection of its own; of one thread at a time.</summary>
    /// <exception cref="DbException">It cannot be had now.</exception>
    public StoreReader OpenReader() => new(ConnectReader(), Options.Groups);

    public abstract void Dispose();

    internal abstract ReaderConnection ConnectReader();

    internal abstract WriterConnection ConnectWriter();

    internal abstract StoreFailure Classify(Exception failure);

    /// <summary>A failure at start in words that may be shown; one that is a fault of the program stays as it is.</summary>
    internal Exception Explain(Exception failure)
    {
        StoreFailure reason = Classify(failure);
        if (failure is DbException && reason == StoreFailure.Other)
            return new StoreRefusedException(reason, "The database is none of this program's, or its tables were changed.", failure);
        if (failure is StoreRefusedException || reason == StoreFailure.Other)
            return failure;
        return reason == StoreFailure.Corrupt
            ? new StoreRefusedException(
                reason, "The database is corrupt, or no database at all: restore a backup, or move it away to begin anew.", failure)
            : new StoreUnavailableException(reason, failure);
    }

    private protected void Guarded(Action open)
    {
        try
        {
            open();
        }
        catch (Exception e)
        {
            Dispose();
            throw Explain(e);
        }
    }

    private static StoreDatabase Open(StoreOptions options, bool owner) =>
        options.Connection.Contains("Host=", StringComparison.OrdinalIgnoreCase)
            ? new PostgresDatabase(options, owner)
            : new SqliteDatabase(options, owner);
}
