using Microsoft.Data.Sqlite;
using static AnyEcg.Store.Tests.Samples;

namespace AnyEcg.Store.Tests;

/// <summary>The file may not grow any more.</summary>
public sealed class DiskFullTests
{
    private const int Room = 1 << 20;

    [Fact]
    public void Commit_DiskFull_NothingIsToldUntilThereIsRoom()
    {
        using SqlitePlace place = new() { LargestBytes = Room };
        using RunningStore store = new(place);
        int appended = FillUp(store, 1);

        Assert.Equal(StoreFailure.DiskFull, store.Writer.Health.Failure);
        int told = store.Events.Inputs.Count;
        Assert.Equal(told, store.Reader.Journal(Anna, 0).Count);
        Assert.True(told < appended);

        place.Execute($"DELETE FROM journal WHERE id < {JournalId.Of(1, told)}");
        store.Events.AwaitInputs(appended);
        Assert.Equal(Enumerable.Range(1, appended).Select(i => (long)i), store.Events.Inputs.Select(i => i.Sequence));
        Assert.Equal(StoreHealth.Fine, store.Writer.Health);
    }

    /// <summary>A file keeps the page size that it was made with; the limit is one of bytes.</summary>
    [Theory]
    [InlineData(4096)]
    [InlineData(16384)]
    public void Commit_FileOfAnotherPageSize_IsFullAtTheSameSize(int pageBytes)
    {
        using SqlitePlace place = new() { LargestBytes = Room };
        StoreDatabase.Open(new StoreOptions { Connection = place.File, PageBytes = pageBytes }).Dispose();
        using RunningStore store = new(place);
        FillUp(store, 1);

        Assert.Equal(StoreFailure.DiskFull, store.Writer.Health.Failure);
        Assert.InRange(place.Pages() * pageBytes, Room * 3 / 4, Room);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(200)]
    public void Commit_DiskFullButOldInputsAreCovered_RetentionMakesRoom(int settleCommits)
    {
        using SqlitePlace place = new() { LargestBytes = Room, SettleCommits = settleCommits };
        StoreWriterOptions options = new()
        {
            CommitDelay = TimeSpan.FromMilliseconds(1),
            Retention = new RetentionOptions { Interval = TimeSpan.FromSeconds(1), Journal = TimeSpan.FromDays(40_000), JournalBytesPerStream = 1 << 18 },
        };
        using RunningStore store = new(place, options);
        for (int i = 1; i <= 40; i++)
        {
            store.Append([.. Enumerable.Range(0, 10).Select(k => Input(Anna, (i * 10) + k, new byte[10_000]))]);
            store.Post(Snapshot(Anna, i * 10));
        }

        Assert.Equal(400, store.Events.Inputs.Count);
        Assert.True(store.Writer.Statistics.RowsTrimmed > 300);
    }

    private static int FillUp(RunningStore store, int from)
    {
        int n = from;
        while (store.Writer.Health.Condition == StoreCondition.Ok)
        {
            for (int i = 0; i < 10; i++)
                Assert.True(store.Writer.TryAppend(Input(Anna, n++, new byte[10_000])));
            store.AwaitQuiet();
        }

        return n - from;
    }
}
