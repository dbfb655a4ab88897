using System.Collections.Immutable;

namespace AnyEcg.Store;

/// <summary>What brings the tables from one version to the next.</summary>
/// <param name="Version">The version that it leads to.</param>
/// <param name="Sqlite">For SQLite.</param>
/// <param name="Postgres">For PostgreSQL.</param>
internal sealed record SchemaStep(int Version, string Sqlite, string Postgres)
{
    private const string SkipRunsSql = "ALTER TABLE skip ADD COLUMN last_second BIGINT NOT NULL DEFAULT 0; UPDATE skip SET last_second = second";

    /// <summary>All steps, in order. A released step is never changed: a further one is added.</summary>
    public static ImmutableArray<SchemaStep> All { get; } = [First(), Tail, SkipRuns];

    /// <summary>Inputs on their way into SQLite's journal. PostgreSQL appends its rows as they come anyway, and logs only what changed of an index.</summary>
    private static SchemaStep Tail => new(2, Sqlite: "CREATE TABLE tail (id INTEGER PRIMARY KEY, body BLOB NOT NULL)", Postgres: "SELECT 1");

    /// <summary>Seconds that were left out in a row share one.</summary>
    private static SchemaStep SkipRuns => new(3, Sqlite: SkipRunsSql, Postgres: SkipRunsSql);

    /// <summary>The types of columns are the only thing in which the two differ.</summary>
    private static SchemaStep First()
    {
        const string tables = """
            CREATE TABLE stream (
                number BIGINT_KEY, stream_group TEXT NOT NULL, name TEXT NOT NULL, descriptor BYTES, state BIGINT NOT NULL,
                next_sequence BIGINT NOT NULL, counted_sequence BIGINT NOT NULL, journal_bytes BIGINT NOT NULL,
                UNIQUE (stream_group, name));
            CREATE TABLE journal (
                id BIGINT_KEY, kind SMALLINT NOT NULL, received_ns BIGINT NOT NULL, epoch BIGINT NOT NULL,
                first_sample BIGINT NOT NULL, samples INTEGER NOT NULL, body BYTES NOT NULL);
            CREATE TABLE snapshot (
                stream BIGINT_KEY, sequence BIGINT NOT NULL, format TEXT NOT NULL, taken_ns BIGINT NOT NULL, body BYTES NOT NULL);
            CREATE TABLE skip (
                stream BIGINT NOT NULL, epoch BIGINT NOT NULL, second BIGINT NOT NULL, sequence BIGINT NOT NULL,
                PRIMARY KEY (stream, epoch, second)) CLUSTERED;
            CREATE TABLE alert (
                alert_id UUID NOT NULL PRIMARY KEY, stream BIGINT NOT NULL, kind TEXT NOT NULL, is_over BOOLEAN NOT NULL,
                revision BIGINT NOT NULL, sequence BIGINT NOT NULL, onset_ns BIGINT NOT NULL, updated_ns BIGINT NOT NULL, body BYTES NOT NULL);
            CREATE INDEX alert_of_stream ON alert (stream, is_over, updated_ns);
            CREATE TABLE transition (
                alert_id UUID NOT NULL, revision BIGINT NOT NULL, stream BIGINT NOT NULL, is_over BOOLEAN NOT NULL, event_ns BIGINT NOT NULL,
                received_ns BIGINT NOT NULL, attributes BYTES NOT NULL, body BYTES NOT NULL,
                PRIMARY KEY (alert_id, revision)) CLUSTERED;
            CREATE TABLE outbox (id COUNTING_KEY, stream BIGINT NOT NULL, alert_id UUID NOT NULL, revision BIGINT NOT NULL);
            CREATE INDEX outbox_of_alert ON outbox (alert_id);
            CREATE TABLE action (
                id COUNTING_KEY, stream BIGINT NOT NULL, time_ns BIGINT NOT NULL, received_ns BIGINT NOT NULL,
                operator_name TEXT NOT NULL, kind TEXT NOT NULL, reason TEXT, outcome TEXT NOT NULL, detail TEXT);
            CREATE INDEX action_of_stream ON action (stream, id);
            CREATE TABLE held (
                id COUNTING_KEY, stream BIGINT NOT NULL, content_type TEXT, properties BYTES NOT NULL,
                received_ns BIGINT NOT NULL, body BYTES NOT NULL);
            CREATE INDEX held_of_stream ON held (stream, id);

            """;
        return new SchemaStep(1, Sqlite: ForSqlite(tables), Postgres: ForPostgres(tables));
    }

    private static string ForSqlite(string tables) => tables
        .Replace("BIGINT_KEY", "INTEGER PRIMARY KEY", StringComparison.Ordinal)
        .Replace("COUNTING_KEY", "INTEGER PRIMARY KEY AUTOINCREMENT", StringComparison.Ordinal)
        .Replace("BYTES", "BLOB", StringComparison.Ordinal)
        .Replace("UUID", "TEXT", StringComparison.Ordinal)
        .Replace(") CLUSTERED", ") WITHOUT ROWID", StringComparison.Ordinal);

    /// <summary>Bodies are stored as they are: what is worth compressing was compressed by its owner.</summary>
    private static string ForPostgres(string tables) => tables
        .Replace("BIGINT_KEY", "BIGINT PRIMARY KEY", StringComparison.Ordinal)
        .Replace("COUNTING_KEY", "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY", StringComparison.Ordinal)
        .Replace("BYTES", "BYTEA", StringComparison.Ordinal)
        .Replace(") CLUSTERED", ")", StringComparison.Ordinal)
        + """
        ALTER TABLE journal ALTER COLUMN body SET STORAGE EXTERNAL;
        ALTER TABLE snapshot ALTER COLUMN body SET STORAGE EXTERNAL;
        ALTER TABLE held ALTER COLUMN body SET STORAGE EXTERNAL;
        ALTER TABLE snapshot SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000,
            toast.autovacuum_vacuum_scale_factor = 0, toast.autovacuum_vacuum_threshold = 20000);
        """;
}
