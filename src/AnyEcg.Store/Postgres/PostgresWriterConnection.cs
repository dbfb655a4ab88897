using System.Globalization;
using Npgsql;
using NpgsqlTypes;

namespace AnyEcg.Store;

/// <summary>The writer's connection to a server. All rows of a batch travel in one statement, as arrays.</summary>
internal sealed class PostgresWriterConnection : WriterConnection
{
    private const string AppendSql = """
        INSERT INTO journal (id, kind, received_ns, epoch, first_sample, samples, body)
        SELECT * FROM unnest($1::bigint[], $2::smallint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::integer[], $7::bytea[])
        ON CONFLICT DO NOTHING
        """;

    private readonly NpgsqlConnection connection;
    private readonly NpgsqlCommand append;
    private readonly Statement begin;
    private readonly Statement commit;
    private readonly Statement snapshot;

    public PostgresWriterConnection(NpgsqlConnection connection, StoreOptions options)
        : base(connection)
    {
        this.connection = connection;
        PostgresDatabase.Execute(connection, string.Create(
            CultureInfo.InvariantCulture, $"SET synchronous_commit = on; SET lock_timeout = {(int)options.BusyTimeout.TotalMilliseconds}"));
        append = new NpgsqlCommand(AppendSql, connection);
        begin = new Statement(connection, "BEGIN");
        commit = new Statement(connection, "COMMIT");
        snapshot = new Statement(connection, SnapshotSql, "stream:l sequence:l format:s taken:l body:b");
    }

    public override void Begin() => begin.Run();

    public override void Commit() => commit.Run();

    /// <summary>A connection that is lost has rolled back.</summary>
    public override void Rollback()
    {
        if (connection.State == System.Data.ConnectionState.Open)
            PostgresDatabase.Execute(connection, "ROLLBACK");
    }

    public override void LockNumbers() => PostgresOwnership.LockNumbers(connection);

    public override void Append(ReadOnlySpan<JournalRow> rows)
    {
        if (rows.IsEmpty)
            return;
        append.Parameters.Clear();
        Add(rows, NpgsqlDbType.Bigint, r => r.Id);
        Add(rows, NpgsqlDbType.Smallint, r => (short)r.Input.Kind);
        Add(rows, NpgsqlDbType.Bigint, r => r.Input.ReceivedNs);
        Add(rows, NpgsqlDbType.Bigint, r => r.Input.Epoch);
        Add(rows, NpgsqlDbType.Bigint, r => r.Input.FirstSample);
        Add(rows, NpgsqlDbType.Integer, r => r.Input.Samples);
        Add(rows, NpgsqlDbType.Bytea, r => r.Input.Body);
        append.ExecuteNonQuery();
    }

    public override void Replace(SnapshotWork snapshot, int stream) =>
        this.snapshot.Run((long)stream, snapshot.Sequence, snapshot.Format, snapshot.TakenNs, snapshot.Body);

    protected override void Dispose(bool disposing)
    {
        append.Dispose();
        begin.Dispose();
        commit.Dispose();
        snapshot.Dispose();
        base.Dispose(disposing);
    }

    private void Add<T>(ReadOnlySpan<JournalRow> rows, NpgsqlDbType type, Func<JournalRow, T> value)
    {
        T[] values = new T[rows.Length];
        for (int i = 0; i < rows.Length; i++)
            values[i] = value(rows[i]);
        append.Parameters.Add(new NpgsqlParameter { Value = values, NpgsqlDbType = NpgsqlDbType.Array | type });
    }
}
