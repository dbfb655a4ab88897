using System.Collections.Immutable;
using System.Data.Common;
using System.Globalization;
using AnyEcg.Signal;

namespace AnyEcg.Store;

/// <summary>
/// Reads what is durable, over a connection of its own, never holding the writer up. Lists come in pages, so that no read keeps
/// old versions of the tables alive for long. One thread at a time. Sees only the streams of the groups that were opened. Every method may throw
/// <see cref="DbException"/>; after that, open another reader.
/// </summary>
public sealed partial class StoreReader : IDisposable
{
    private readonly ReaderConnection connection;
    private readonly object?[] groups;
    private readonly string mine;
    private readonly string mineParameters;
    private readonly Dictionary<string, Statement> statements = [];

    internal StoreReader(ReaderConnection connection, ImmutableArray<string> groups)
    {
        this.connection = connection;
        this.groups = [.. groups];
        IEnumerable<string> names = groups.Select((_, i) => string.Create(CultureInfo.InvariantCulture, $"mine{i}"));
        mine = groups.IsEmpty ? "1 = 1" : $"s.stream_group IN ({string.Join(", ", names.Select(n => "@" + n))})";
        mineParameters = string.Concat(names.Select(n => $" {n}:s"));
    }

    /// <summary>All streams, in the order in which they were first seen.</summary>
    public IReadOnlyList<StoredStream> Streams() =>
        Mine(
            $"SELECT s.stream_group, s.name, s.descriptor, s.state FROM stream s WHERE {mine} ORDER BY s.number",
            "",
            r => new StoredStream(new StreamKey(r.GetString(0), r.GetString(1)), Bytes(r, 2), (int)r.GetInt64(3)));

    /// <summary>Null: there is no such stream.</summary>
    public StoredStream? Stream(StreamKey key) =>
        Prepared("SELECT descriptor, state FROM stream WHERE stream_group = @group AND name = @name", "group:s name:s")
            .List(r => new StoredStream(key, Bytes(r, 0), (int)r.GetInt64(1)), key.Group, key.Stream)
            .FirstOrDefault();

    /// <summary>Null: there is none.</summary>
    public StoredSnapshot? Snapshot(StreamKey key) =>
        Prepared("SELECT sequence, format, body, taken_ns FROM snapshot WHERE stream = @stream", "stream:l")
            .List(r => new StoredSnapshot(r.GetInt64(0), r.GetString(1), Bytes(r, 2)!, r.GetInt64(3)), (long)Number(key))
            .FirstOrDefault();

    /// <summary>Seconds that were left out, up to one that was decided after the input <paramref name="after"/>, or all (-1). Some may be named twice.</summary>
    public IReadOnlyList<StoredSkip> Skips(StreamKey key, long after = -1) =>
        Prepared(
            "SELECT epoch, second, last_second, sequence FROM skip WHERE stream = @stream AND sequence > @after ORDER BY epoch, second", "stream:l after:l")
            .List(r => new StoredSkip(r.GetInt64(0), r.GetInt64(1), r.GetInt64(2), r.GetInt64(3)), (long)Number(key), after);

    /// <summary>Operators' actions of a stream, oldest first, after the id <paramref name="after"/>.</summary>
    public IReadOnlyList<StoredAction> Actions(StreamKey key, long after = 0, int most = 1000) =>
        Prepared("""
            SELECT id, time_ns, received_ns, operator_name, kind, reason, outcome, detail FROM action
            WHERE stream = @stream AND id > @after ORDER BY id LIMIT @most
            """, "stream:l after:l most:l")
            .List(
                r => new StoredAction(
                    r.GetInt64(0), key, r.GetInt64(1), r.GetInt64(2), r.GetString(3), r.GetString(4), Text(r, 5), r.GetString(6), Text(r, 7)),
                (long)Number(key), after, (long)most);

    /// <summary>Frames that wait for a descriptor, of all streams, in the order in which they came, after the id <paramref name="after"/>.</summary>
    public IReadOnlyList<HeldFrame> Held(long after = 0, int most = 1000) =>
        Mine(
            $"""
            SELECT h.id, s.stream_group, s.name, h.content_type, h.properties, h.received_ns, h.body
            FROM held h JOIN stream s ON s.number = h.stream WHERE h.id > @after AND {mine} ORDER BY h.id LIMIT @most
            """,
            "after:l most:l",
            r => new HeldFrame(
                r.GetInt64(0), new StreamKey(r.GetString(1), r.GetString(2)), Text(r, 3), Bytes(r, 4)!, r.GetInt64(5), Bytes(r, 6)!),
            after, (long)most);

    public void Dispose()
    {
        foreach (Statement statement in statements.Values)
            statement.Dispose();
        connection.Dispose();
    }

    private static string? Text(DbDataReader r, int column) => r.IsDBNull(column) ? null : r.GetString(column);

    private static byte[]? Bytes(DbDataReader r, int column) => r.IsDBNull(column) ? null : r.GetFieldValue<byte[]>(column);

    /// <summary>Rows of a statement that ends its conditions with <see cref="mine"/>.</summary>
    private List<T> Mine<T>(string sql, string parameters, Func<DbDataReader, T> row, params object?[] values) =>
        Prepared(sql, parameters + mineParameters).List(row, [.. values, .. groups]);

    /// <summary>0 when there is no such stream: no row has that number.</summary>
    private int Number(StreamKey key) =>
        Prepared("SELECT number FROM stream WHERE stream_group = @group AND name = @name", "group:s name:s")
            .Scalar(key.Group, key.Stream) is long number ? (int)number : 0;

    private Statement Prepared(string sql, string parameters = "")
    {
        if (!statements.TryGetValue(sql, out Statement? statement))
            statements.Add(sql, statement = new Statement(connection.Connection, sql, parameters));
        return statement;
    }
}
