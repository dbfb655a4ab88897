using static AnyEcg.Store.Tests.Samples;

namespace AnyEcg.Store.Tests;

/// <summary>The write-ahead log stays bounded, and readers do not hold the writer up.</summary>
public sealed class WalTests
{
    [Fact]
    public void Commit_ManyTimes_LogStaysBounded()
    {
        using SqlitePlace place = new();
        using RunningStore store = new(place);
        for (int i = 0; i < 300; i++)
            store.Append([.. Enumerable.Range(0, 10).Select(k => Input(Anna, (i * 10) + k, new byte[4000]))]);

        // 12 MB were written; the bound is four times 100 pages and what one commit adds.
        Assert.InRange(new FileInfo(place.File + "-wal").Length, 1, 600 * (place.Options.PageBytes + 24));
    }

    [Fact]
    public void Commit_WhileAReaderHoldsAnOldVersion_GoesOn()
    {
        using SqlitePlace place = new();
        using RunningStore store = new(place);
        store.Append(Input(Anna, 1));
        using Microsoft.Data.Sqlite.SqliteConnection old = new($"Data Source={place.File};Pooling=false");
        old.Open();
        using Microsoft.Data.Sqlite.SqliteCommand read = new("BEGIN; SELECT COUNT(*) FROM tail", old);
        Assert.Equal(1L, read.ExecuteScalar());
        for (int i = 0; i < 100; i++)
            store.Append([.. Enumerable.Range(0, 10).Select(k => Input(Anna, (i * 10) + k + 2, new byte[4000]))]);
        Assert.Equal(1001, store.Reader.Journal(Anna, 0, 2000).Count);
        Assert.Equal(StoreHealth.Fine, store.Writer.Health);
    }
}
