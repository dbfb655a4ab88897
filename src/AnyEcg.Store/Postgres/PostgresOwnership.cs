using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace AnyEcg.Store;

/// <summary>
/// Who writes which groups. Advisory locks keep two workers of one id, or with overlapping groups, apart while both are connected. A worker also
/// signs for its groups with a number of its own: one that lost its connection may go on only if its signature still stands, for numbers that
/// it holds in memory are worthless after another has written.
/// </summary>
internal sealed class PostgresOwnership(StoreOptions options)
{
    private const string AllGroups = "*";
    private const int Tries = 20;
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(100);

    private string session = "";

    private IReadOnlyList<string> Signed => options.Groups.IsEmpty ? [AllGroups] : options.Groups;

    /// <summary>One schema upgrade at a time; ends with the transaction.</summary>
    public static void LockSchema(NpgsqlConnection connection)
    {
        using Statement wait = new(connection, "SELECT pg_advisory_xact_lock(@key)", "key:l");
        wait.Scalar(Key("schema"));
    }

    /// <summary>One stream is numbered at a time; ends with the transaction.</summary>
    public static void LockNumbers(NpgsqlConnection connection)
    {
        using Statement wait = new(connection, "SELECT pg_advisory_xact_lock(@key)", "key:l");
        wait.Scalar(Key("numbers"));
    }

    /// <summary>Takes the locks. The server may need a moment to notice that the process before has ended.</summary>
    /// <exception cref="StoreRefusedException">Another worker has them.</exception>
    public void Take(NpgsqlConnection connection)
    {
        using CancellationTokenSource never = new();
        for (int i = 0; !TryTake(connection); i++)
        {
            if (i == Tries)
                throw new StoreRefusedException(StoreFailure.OwnershipLost, "Another worker of this id, or for one of these groups, is running on this database.");
            never.Token.WaitHandle.WaitOne(BetweenTries);
        }
    }

    /// <summary>Signs for the groups, within the transaction of the caller.</summary>
    public void Sign(NpgsqlConnection connection)
    {
        using Statement count = new(connection, """
            INSERT INTO meta (key, value) VALUES ('sessions', '1')
            ON CONFLICT (key) DO UPDATE SET value = (meta.value::bigint + 1)::text RETURNING value
            """);
        session = string.Create(CultureInfo.InvariantCulture, $"{options.WorkerId} {count.Scalar()}");
        PostgresDatabase.Execute(connection, options.Groups.IsEmpty ? "DELETE FROM meta WHERE key LIKE 'owner:%'" : "DELETE FROM meta WHERE key = 'owner:*'");
        using Statement sign = new(
            connection, "INSERT INTO meta (key, value) VALUES (@key, @value) ON CONFLICT (key) DO UPDATE SET value = excluded.value", "key:s value:s");
        foreach (string group in Signed)
            sign.Run("owner:" + group, session);
    }

    /// <summary>Takes the locks again after a lost connection.</summary>
    /// <exception cref="StoreRefusedException">Another has owned one of the groups in between.</exception>
    public void Resume(NpgsqlConnection connection)
    {
        Take(connection);
        using Statement read = new(connection, "SELECT value FROM meta WHERE key = @key", "key:s");
        if (Signed.Any(group => read.Scalar("owner:" + group) as string != session))
            throw new StoreRefusedException(StoreFailure.OwnershipLost, "Another worker has taken this worker's groups over.");
    }

    private bool TryTake(NpgsqlConnection connection)
    {
        using Statement alone = new(connection, "SELECT pg_try_advisory_lock(@key)", "key:l");
        using Statement shared = new(connection, "SELECT pg_try_advisory_lock_shared(@key)", "key:l");
        bool taken = Yes(alone, "worker " + options.WorkerId)
            && (options.Groups.IsEmpty ? Yes(alone, AllGroups) : Yes(shared, AllGroups))
            && options.Groups.All(group => Yes(alone, "group " + group));
        if (!taken)
            PostgresDatabase.Execute(connection, "SELECT pg_advisory_unlock_all()");
        return taken;
    }

    private static bool Yes(Statement statement, string name) => statement.Scalar(Key(name)) is true;

    /// <summary>64 bits of a hash, so that names of any length become keys that do not meet by chance.</summary>
    private static long Key(string name) => BinaryPrimitives.ReadInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes("anyecg " + name)));
}
