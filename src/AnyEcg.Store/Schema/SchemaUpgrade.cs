using System.Data.Common;
using System.Globalization;

namespace AnyEcg.Store;

/// <summary>Brings a database to the version of this program, one step after the other, all in one transaction.</summary>
internal static class SchemaUpgrade
{
    private const string VersionKey = "schema";

    /// <summary>For the owner; the caller holds the transaction.</summary>
    /// <exception cref="StoreRefusedException">A later version, or no database of ours.</exception>
    public static void Run(DbConnection connection, IReadOnlyList<SchemaStep> steps, Func<SchemaStep, string> sql)
    {
        using Statement make = new(connection, "CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)");
        make.Run();
        int version = Version(connection);
        RefuseLater(version, steps);
        foreach (SchemaStep step in steps.Where(s => s.Version > version))
        {
            using DbCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // The steps are constants of this assembly.
            command.CommandText = sql(step);
#pragma warning restore CA2100
            command.ExecuteNonQuery();
        }

        using Statement set = new(
            connection, "INSERT INTO meta (key, value) VALUES (@key, @value) ON CONFLICT (key) DO UPDATE SET value = excluded.value", "key:s value:s");
        set.Run(VersionKey, steps[^1].Version.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>For a reader, which changes nothing.</summary>
    /// <exception cref="StoreRefusedException">Another version.</exception>
    public static void Check(DbConnection connection, IReadOnlyList<SchemaStep> steps)
    {
        int version = Version(connection);
        RefuseLater(version, steps);
        if (version < steps[^1].Version)
            throw new StoreRefusedException("The database is of an earlier version: start the worker on it once.");
    }

    private static int Version(DbConnection connection)
    {
        using Statement get = new(connection, "SELECT value FROM meta WHERE key = @key", "key:s");
        return get.Scalar(VersionKey) is string value ? int.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture) : 0;
    }

    private static void RefuseLater(int version, IReadOnlyList<SchemaStep> steps)
    {
        if (version > steps[^1].Version)
        {
            throw new StoreRefusedException(string.Create(
                CultureInfo.InvariantCulture,
                $"The database is of version {version}; this program knows versions up to {steps[^1].Version}. Use the program that wrote it, or a later one."));
        }
    }
}
