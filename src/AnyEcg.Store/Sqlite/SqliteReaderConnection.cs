using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace AnyEcg.Store;

/// <summary>A reader's connection to a file: a stream's newest inputs may still lie in the tail.</summary>
internal sealed class SqliteReaderConnection : ReaderConnection
{
    public const string TailSql = "SELECT body FROM tail ORDER BY id";

    private readonly Statement tail;

    public SqliteReaderConnection(SqliteConnection connection)
        : base(connection) => tail = new Statement(connection, TailSql);

    public static byte[] Batch(DbDataReader row) => row.GetFieldValue<byte[]>(0);

    /// <summary>Looks through the whole tail: the inputs of the last seconds, of all streams.</summary>
    public override IReadOnlyList<TailRow> Newest(long first, long last) =>
        [.. tail.List(Batch).SelectMany(TailRow.All).Where(row => row.Id >= first && row.Id <= last)];

    protected override void Dispose(bool disposing)
    {
        tail.Dispose();
        base.Dispose(disposing);
    }
}
