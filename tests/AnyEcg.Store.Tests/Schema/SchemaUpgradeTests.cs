using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using static AnyEcg.Store.Tests.Samples;

namespace AnyEcg.Store.Tests;

/// <summary>A database of an earlier version is brought up to date whole, or left as it was. The later version is made up here.</summary>
public sealed class SchemaUpgradeTests
{
    private static readonly SchemaStep Next = new(
        SchemaStep.All[^1].Version + 1, "ALTER TABLE stream ADD COLUMN note TEXT NOT NULL DEFAULT 'none'", "ALTER TABLE stream ADD COLUMN note TEXT NOT NULL DEFAULT 'none'");

    [Fact]
    public void Run_OnTheVersionBefore_KeepsWhatIsThere()
    {
        using SqlitePlace place = new();
        using (RunningStore store = new(place))
            store.Append(Input(Anna, 1));
        Upgrade(place, Next);

        Assert.Equal(Next.Version.ToString(CultureInfo.InvariantCulture), Scalar(place, "SELECT value FROM meta WHERE key = 'schema'"));
        Assert.Equal("none", Scalar(place, "SELECT note FROM stream WHERE name = 'anna'"));
        Assert.Equal(1L, Scalar(place, "SELECT COUNT(*) FROM tail"));
        Assert.Throws<StoreRefusedException>(place.Open);
    }

    /// <summary>A file as the first version wrote it: without a tail, and of smaller pages.</summary>
    [Fact]
    public void Open_FileOfTheFirstVersion_GoesOnWithIt()
    {
        using SqlitePlace place = new();
        MakeFirst(place);
        Assert.Throws<StoreRefusedException>(() => StoreDatabase.OpenForReading(place.Options));

        using RunningStore store = new(place);
        Assert.Equal("3", Scalar(place, "SELECT value FROM meta WHERE key = 'schema'"));
        store.Append(Input(Anna, 3), Input(Bert, 1));
        Assert.Equal([1L, 2, 3], store.Reader.Journal(Anna, 0).Select(e => e.Sequence));
        Assert.Equal(Bytes("two"), store.Reader.Journal(Anna, 1)[0].Body);
        Assert.Single(store.Reader.Journal(Bert, 0));
        Assert.Equal([new StoredSkip(7, 5, 5, 2)], store.Reader.Skips(Anna));
        Assert.Equal(4096L, Scalar(place, "PRAGMA page_size"));
    }

    [Fact]
    public void Run_StepThatFails_LeavesTheVersionBefore()
    {
        using SqlitePlace place = new();
        using (RunningStore store = new(place))
            store.Append(Input(Anna, 1));
        SchemaStep broken = new(Next.Version + 1, "INSERT INTO no_such_table VALUES (1)", "");
        Assert.Throws<SqliteException>(() => Upgrade(place, Next, broken));

        using RunningStore again = new(place);
        Assert.Single(again.Reader.Journal(Anna, 0));
    }

    [Fact]
    public void Check_OnAnEarlierVersion_Refuses()
    {
        using SqlitePlace place = new();
        place.Open().Dispose();
        using DbConnection connection = place.Connect();
        connection.Open();
        Assert.Throws<StoreRefusedException>(() => SchemaUpgrade.Check(connection, [.. SchemaStep.All, Next]));
    }

    private static void MakeFirst(SqlitePlace place)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(place.File)!);
        place.Execute($"""
            PRAGMA page_size = 4096;
            PRAGMA journal_mode = WAL;
            CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
            INSERT INTO meta VALUES ('schema', '1');
            {SchemaStep.All[0].Sqlite}
            INSERT INTO stream VALUES (1, 'ward', 'anna', NULL, 0, 3, 0, 0);
            INSERT INTO skip VALUES (1, 7, 5, 2);
            INSERT INTO journal VALUES ({JournalId.Of(1, 1)}, 1, 1000000000, 7, 250, 250, CAST('one' AS BLOB));
            INSERT INTO journal VALUES ({JournalId.Of(1, 2)}, 1, 2000000000, 7, 500, 250, CAST('two' AS BLOB));
            """);
    }

    private static void Upgrade(SqlitePlace place, params SchemaStep[] further)
    {
        using DbConnection connection = place.Connect();
        connection.Open();
        SqliteDatabase.Execute((SqliteConnection)connection, "BEGIN IMMEDIATE");
        SchemaUpgrade.Run(connection, [.. SchemaStep.All, .. further], step => step.Sqlite);
        SqliteDatabase.Execute((SqliteConnection)connection, "COMMIT");
    }

    private static object? Scalar(SqlitePlace place, string sql)
    {
        using DbConnection connection = place.Connect();
        connection.Open();
        using Statement statement = new(connection, sql);
        return statement.Scalar();
    }
}
