using System.Collections.Immutable;

namespace AnyEcg.Store;

/// <summary>Which database, and who owns what in it.</summary>
public sealed class StoreOptions
{
    /// <summary>
    /// A file path (SQLite; made when missing, its folder too), <c>Data Source=...</c> (SQLite) or <c>Host=...</c> (PostgreSQL).
    /// May hold a password: never logged, never in a message.
    /// </summary>
    public required string Connection { get; init; }

    /// <summary>Who writes. Two workers of one id refuse each other.</summary>
    public string WorkerId { get; init; } = "worker";

    /// <summary>The groups whose streams this worker owns; empty: all. Two workers whose groups overlap refuse each other.</summary>
    public ImmutableArray<string> Groups { get; init; } = [];

    /// <summary>
    /// How long a statement waits for a lock of another process (SQLite) before the batch is rolled back and tried again. Short: the store
    /// thread has its own back-off, and says meanwhile that it fails.
    /// </summary>
    public TimeSpan BusyTimeout { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long PostgreSQL may take for one statement before the connection counts as lost.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Pages of the write-ahead log (SQLite) from which it is written back to the database beside the commits; at four times as many the
    /// store thread does it itself.
    /// </summary>
    public int CheckpointPages { get; init; } = 2000;

    /// <summary>
    /// Commits (SQLite) whose inputs stand together in the order of their receipt before they are moved to their streams, up to twice as many. More are moved
    /// more cheaply, and are looked through by every reader of a stream's newest inputs. 0: with the next commit.
    /// </summary>
    public int SettleCommits { get; init; } = 200;

    /// <summary>
    /// Page size of a new SQLite file. A commit writes whole pages, and most of what it writes are snapshots, each of many; docs/store.md has what was measured.
    /// </summary>
    public int PageBytes { get; init; } = 8192;

    /// <summary>The largest that a SQLite file may become, in bytes; 0: no limit. Reached, it counts as a full disk.</summary>
    public long LargestBytes { get; init; }
}
