using System.Data.Common;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using static AnyEcg.Store.Tests.Samples;

namespace AnyEcg.Store.Tests;

/// <summary>Where an input lies, in the tail or with its stream, is to be seen nowhere but in the file.</summary>
public sealed class JournalTailTests
{
    private const int Ever = 1_000_000;

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(Ever)]
    public void Journal_WhereverInputsLie_GivesThemAllInOrder(int settleCommits)
    {
        using SqlitePlace place = new() { SettleCommits = settleCommits };
        using RunningStore store = new(place);
        for (int i = 1; i <= 40; i++)
        {
            store.Append(Input(Anna, i), Input(Bert, i));
            Assert.Equal(Enumerable.Range(1, i).Select(n => (long)n), store.Reader.Journal(Anna, 0).Select(e => e.Sequence));
        }

        Assert.Equal([37L, 38, 39], store.Reader.Journal(Bert, after: 36, most: 3).Select(e => e.Sequence));
        Assert.Equal(Bytes("ward/bert:37"), store.Reader.Journal(Bert, after: 36)[0].Body);
        Assert.Equal([5L, 6, 7], store.Reader.JournalSamples(Anna, 1, 7, 5 * 250, 8 * 250, 100).Select(e => e.Sequence));
        Assert.Equal([38L, 39], store.Reader.JournalSamples(Anna, 1, 7, 38 * 250, long.MaxValue, 2).Select(e => e.Sequence));
        Assert.Equal([10L, 11, 12], store.Reader.JournalBetween(Anna, 10_000_000_000, 12_000_000_000).Select(e => e.Sequence));
        Assert.Equal(39, store.Reader.JournalBefore(Anna, 1, 40)!.Sequence);
        Assert.Null(store.Reader.JournalBefore(Anna, 2, 40));
    }

    /// <summary>
    /// A commit goes between any two reads of the reader, and every few of them move inputs: nothing that was there before may be missing then, or be there twice.
    /// </summary>
    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(7)]
    public void Journal_MovedWhileItIsRead_GivesAllOnce(int settleCommits)
    {
        using SqlitePlace place = new() { SettleCommits = settleCommits };
        using RunningStore store = new(place);
        ReaderConnection connection = store.Database.ConnectReader();
        using StoreReader reader = new(connection, []);
        int n = 0;
        Exception? failed = null;
        strdelegate_trace commit = (_, _) => failed ??= Record.Exception(() => store.Append(Input(Anna, ++n)));
        raw.sqlite3_trace(((SqliteConnection)connection.Connection).Handle!, commit, null);
        for (int round = 0; round < 20; round++)
        {
            int before = n;
            Assert.True(IsWhole(reader.JournalSamples(Anna, 1, 7, 0, long.MaxValue, 1000), before));
            Assert.True(IsWhole(reader.Journal(Anna, 0), before));
            Assert.True(IsWhole(reader.JournalBetween(Anna, 0, long.MaxValue / 2), before));
            Assert.True(before == 0 || reader.JournalBefore(Anna, 1, before + 1)!.Sequence == before);
        }

        Assert.Null(failed);
        Assert.True(n > 200);
    }

    [Fact]
    public void Commit_Generations_LeaveTheTailWhole()
    {
        using SqlitePlace place = new() { SettleCommits = 4 };
        using RunningStore store = new(place);
        for (int i = 1; i <= 100; i++)
            store.Append(Input(Anna, i), Input(Bert, i));

        // At most two generations are there, the rest is with its stream, and nothing is lost between the two.
        Assert.InRange(place.Count("tail"), 1, 9);
        Assert.InRange(place.Count("journal"), 180, 200);
        Assert.Equal(100, store.Reader.Journal(Bert, 0).Count);
    }

    [Fact]
    public void Open_AfterACrash_MovesWhatWasLeft()
    {
        using SqlitePlace place = new() { SettleCommits = Ever };
        using (RunningStore store = new(place))
        {
            for (int i = 1; i <= 5; i++)
                store.Append(Input(Anna, i, new byte[i * 30_000]), Input(Bert, i));
        }

        Assert.Equal(0, place.Count("journal"));
        using RunningStore again = new(place);
        Assert.Equal(10, place.Count("journal"));
        Assert.Equal(0, place.Count("tail"));
        Assert.Equal([30_000, 60_000, 90_000, 120_000, 150_000], again.Reader.Journal(Anna, 0).Select(e => e.Body.Length));
        again.Append(Input(Anna, 6));
        Assert.Equal(6, again.Events.Inputs[0].Sequence);
    }

    /// <summary>The write-ahead log goes with the last connection: it would stay for one that is not closed.</summary>
    [Fact]
    public void Connect_WhileAnotherHoldsTheLock_LeavesNoConnection()
    {
        using SqlitePlace place = new() { SettleCommits = Ever };
        using (RunningStore store = new(place))
            store.Append(Input(Anna, 1));
        using (StoreDatabase database = place.Open())
        using (DbConnection holder = place.Connect())
        {
            holder.Open();
            SqliteDatabase.Execute((SqliteConnection)holder, "BEGIN IMMEDIATE; CREATE TABLE other (id)");
            Assert.Equal(StoreFailure.Locked, database.Classify(Assert.Throws<SqliteException>(database.ConnectWriter)));
            SqliteDatabase.Execute((SqliteConnection)holder, "COMMIT");
            Assert.True(File.Exists(place.File + "-wal"));
        }

        Assert.False(File.Exists(place.File + "-wal"));
        using RunningStore again = new(place);
        Assert.Single(again.Reader.Journal(Anna, 0));
        Assert.Equal(0, place.Count("tail"));
    }

    [Fact]
    public void Post_EraseOfTwo_LeavesNothingOfThemAnywhere()
    {
        using SqlitePlace place = new() { SettleCommits = Ever };
        using (RunningStore store = new(place, Slow))
        {
            store.Append(Input(Anna, 1), Input(Anna, 2), Input(Bert, 1), Input(Other, 1));
            store.Post(new EraseWork(Anna, UpToSequence: 2), new EraseWork(Bert, UpToSequence: 1));
            Assert.Equal(0, place.Count("tail"));
            store.Append(Input(Anna, 3));
        }

        using RunningStore again = new(place);
        Assert.Equal([3L], again.Reader.Journal(Anna, 0).Select(e => e.Sequence));
        Assert.Empty(again.Reader.Journal(Bert, 0));
        Assert.Single(again.Reader.Journal(Other, 0));
    }

    /// <summary>Commits that fail at their end are tried again: what they had moved or taken is done anew, once.</summary>
    [Fact]
    public void Commit_ThatFailsNowAndThen_LosesAndDoublesNothing()
    {
        Prop.ForAll(Gen.Choose(0, 7).Three().ToArbitrary(), run => Survives(run.Item1, 1 + run.Item2, run.Item3))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(20));
    }

    [Fact]
    public void Read_DamagedBatch_IsRefusedAsCorrupt()
    {
        using SqlitePlace place = new() { SettleCommits = Ever };
        using (RunningStore store = new(place))
            store.Append(Input(Anna, 1));
        place.Execute("UPDATE tail SET body = substr(body, 1, length(body) - 1)");

        StoreRefusedException refused = Assert.Throws<StoreRefusedException>(() => new RunningStore(place));
        Assert.Equal(StoreFailure.Corrupt, refused.Failure);
    }

    private static StoreWriterOptions Slow => new() { CommitDelay = TimeSpan.FromMilliseconds(20), Retention = RunningStore.KeepAll };

    /// <summary>All up to there at least, each once and in order.</summary>
    private static bool IsWhole(IReadOnlyList<JournalEntry> read, int least) =>
        read.Count >= least && read.Select(e => e.Sequence).SequenceEqual(Enumerable.Range(1, read.Count).Select(i => (long)i));

    private static bool Survives(int settleCommits, int everyNth, int large)
    {
        using SqlitePlace place = new() { SettleCommits = settleCommits };
        using StoreDatabase database = place.Open();
        using WriterConnection connection = database.ConnectWriter();
        int id = 0;
        for (int commit = 1; commit <= 60; commit++)
        {
            JournalRow[] rows = [.. Enumerable.Range(0, commit % 5).Select(_ => Row(++id, large))];
            for (int attempt = commit % everyNth == 0 ? 0 : 1; attempt < 2; attempt++)
            {
                connection.Begin();
                connection.Append(rows);
                if (attempt == 0)
                    connection.Rollback();
                else
                    connection.Commit();
            }
        }

        using ReaderConnection reader = database.ConnectReader();
        List<long> seen = [];
        for (int stream = 1; stream <= 3; stream++)
        {
            using Statement journal = new(reader.Connection, "SELECT id FROM journal WHERE id >= @first AND id <= @last ORDER BY id", "first:l last:l");
            List<long> moved = journal.List(r => r.GetInt64(0), JournalId.Of(stream, 0), JournalId.Last(stream));
            long last = moved.Count > 0 ? moved[^1] : 0;
            seen.AddRange(moved);
            seen.AddRange(reader.Newest(JournalId.Of(stream, 0), JournalId.Last(stream)).Select(row => row.Id).Where(i => i > last));
        }

        return seen.Order().SequenceEqual(Enumerable.Range(1, id).Select(n => Row(n, large).Id).Order());
    }

    /// <summary>The n-th input of three streams in turn.</summary>
    private static JournalRow Row(int n, int large) =>
        new(JournalId.Of(1 + (n % 3), n), Input(Anna, n, new byte[n % 4 == 0 ? large * 15_000 : 10]));
}
