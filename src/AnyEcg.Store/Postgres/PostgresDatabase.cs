using Npgsql;

namespace AnyEcg.Store;

/// <summary>
/// Tables in the schema <c>anyecg</c> of a PostgreSQL database. The owner holds advisory locks for as long as its connection lives; several
/// workers share a database when their groups do not overlap.
/// </summary>
internal sealed class PostgresDatabase : StoreDatabase
{
    private const string Schema = "anyecg";

    private readonly string connectionString;
    private readonly PostgresOwnership ownership;
    private NpgsqlConnection? first;

    public PostgresDatabase(StoreOptions options, bool owner)
        : base(options)
    {
        NpgsqlConnectionStringBuilder builder = new(options.Connection)
        {
            SearchPath = Schema,
            CommandTimeout = (int)Math.Ceiling(options.CommandTimeout.TotalSeconds),
            Pooling = false,
            ApplicationName = "anyecg",
        };
        connectionString = builder.ToString();
        ownership = new PostgresOwnership(options);
        Guarded(() => Prepare(owner));
    }

    public override string Provider => "postgresql";

    public override void Dispose() => first?.Dispose();

    internal override ReaderConnection ConnectReader()
    {
        NpgsqlConnection connection = Connect();
        Execute(connection, "SET default_transaction_read_only = on");
        return new ReaderConnection(connection);
    }

    /// <summary>The first is the one that took ownership; a later one, after a lost connection, must show that nobody else was here.</summary>
    internal override WriterConnection ConnectWriter()
    {
        if (Interlocked.Exchange(ref first, null) is { } owning)
            return new PostgresWriterConnection(owning, Options);
        NpgsqlConnection connection = Connect();
        try
        {
            ownership.Resume(connection);
            return new PostgresWriterConnection(connection, Options);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    internal override StoreFailure Classify(Exception failure) => PostgresFailures.Classify(failure);

    internal static void Execute(NpgsqlConnection connection, string sql)
    {
#pragma warning disable CA2100 // Only constants of this assembly come here.
        using NpgsqlCommand command = new(sql, connection);
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private NpgsqlConnection Connect()
    {
        NpgsqlConnection connection = new(connectionString);
        try
        {
            connection.Open();
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
        NpgsqlConnection connection = Connect();
        try
        {
            if (owner)
                Own(connection);
            else
                SchemaUpgrade.Check(connection, SchemaStep.All);
        }
        catch
        {
            connection.Dispose();
            throw;
        }

        if (owner)
            first = connection;
        else
            connection.Dispose();
    }

    private void Own(NpgsqlConnection connection)
    {
        ownership.Take(connection);
        Execute(connection, "BEGIN");
        PostgresOwnership.LockSchema(connection);
        Execute(connection, $"CREATE SCHEMA IF NOT EXISTS {Schema}");
        SchemaUpgrade.Run(connection, SchemaStep.All, step => step.Postgres);
        ownership.Sign(connection);
        Execute(connection, "COMMIT");
    }
}
