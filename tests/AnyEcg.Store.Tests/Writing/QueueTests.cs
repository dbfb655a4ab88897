using static AnyEcg.Store.Tests.Samples;

namespace AnyEcg.Store.Tests;

/// <summary>The two queues: bounds, waiting, stopping.</summary>
public sealed class QueueTests : IDisposable
{
    private readonly SqlitePlace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void TryAppend_QueueFull_RefusesAndCounts()
    {
        using StoreDatabase database = place.Open();
        using StoreWriter writer = new(database, new StoreWriterOptions { QueuedInputs = 3 }, new RecordingEvents(), TimeProvider.System);
        Assert.True(Enumerable.Range(1, 3).All(i => writer.TryAppend(Input(Anna, i))));
        Assert.False(writer.TryAppend(Input(Anna, 4)));
        Assert.Equal((3, 1L), (writer.Statistics.InputsWaiting, writer.Statistics.InputsRefused));
    }

    [Fact]
    public void TryAppend_BytesFull_RefusesButNeverALoneOne()
    {
        using StoreDatabase database = place.Open();
        using StoreWriter writer = new(database, new StoreWriterOptions { QueuedBytes = 100 }, new RecordingEvents(), TimeProvider.System);
        Assert.True(writer.TryAppend(Input(Anna, 1, new byte[500])));
        Assert.False(writer.TryAppend(Input(Anna, 2, new byte[1])));
    }

    [Fact]
    public async Task Post_QueueFull_WaitsUntilTheThreadTakes()
    {
        using StoreDatabase database = place.Open();
        RecordingEvents events = new();
        StoreWriterOptions options = new() { QueuedWork = 2, CommitDelay = TimeSpan.FromMilliseconds(1), Retention = RunningStore.KeepAll };
        using StoreWriter writer = new(database, options, events, TimeProvider.System);
        writer.Post(Transition(Anna, 1, 1));
        writer.Post(Transition(Anna, 2, 1));
        Assert.False(writer.TryPost(Transition(Anna, 3, 1)));
        Task<bool> third = Task.Run(() => writer.Post(Transition(Anna, 3, 1)));
        Assert.False(third.IsCompleted);
        Assert.True(SpinWait.SpinUntil(() => writer.IsAwaited, TimeSpan.FromSeconds(30)));
        writer.Start();

        Assert.True(await third.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.False(writer.IsAwaited);
        events.AwaitWork(3);
        Assert.Equal([Id(1), Id(2), Id(3)], events.Work.Select(w => ((TransitionWork)w.Work).AlertId));
    }

    [Fact]
    public async Task Post_WaitingWhenTheWriterEnds_SaysSo()
    {
        using StoreDatabase database = place.Open();
        StoreWriter writer = new(database, new StoreWriterOptions { QueuedWork = 1 }, new RecordingEvents(), TimeProvider.System);
        writer.Post(Transition(Anna, 1, 1));
        Task<bool> second = Task.Run(() => writer.Post(Transition(Anna, 2, 1)));
        writer.Dispose();
        Assert.False(await second.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task StopAsync_WithMuchQueued_MakesAllDurable()
    {
        using StoreDatabase database = place.Open();
        RecordingEvents events = new();
        using StoreWriter writer = new(database, new StoreWriterOptions { CommitDelay = TimeSpan.FromHours(1), BatchInputs = 10_000 }, events, TimeProvider.System);
        writer.Start();
        for (int i = 1; i <= 5000; i++)
            Assert.True(writer.TryAppend(Input(Anna, i)));
        writer.Post(Snapshot(Anna, 3));
        await writer.StopAsync(CancellationToken.None);

        Assert.Equal(5000, events.Inputs.Count);
        Assert.Single(events.Work);
        Assert.False(writer.TryAppend(Input(Anna, 1)));
    }

    [Fact]
    public async Task StopAsync_WhileTheDatabaseIsLocked_EndsAtTheLimit()
    {
        using RunningStore store = new(place);
        using (Microsoft.Data.Sqlite.SqliteConnection holder = new($"Data Source={place.File};Pooling=false"))
        {
            holder.Open();
            using Microsoft.Data.Sqlite.SqliteCommand begin = new("BEGIN EXCLUSIVE", holder);
            begin.ExecuteNonQuery();
            store.Writer.TryAppend(Input(Anna, 1));
            store.AwaitHealth(StoreCondition.Failing);
            using CancellationTokenSource limit = new();
            await limit.CancelAsync();
            await store.Writer.StopAsync(limit.Token).WaitAsync(TimeSpan.FromSeconds(30));
        }

        Assert.Empty(store.Events.Inputs);
        Assert.Empty(store.Reader.Journal(Anna, 0));
    }

    [Fact]
    public void Commit_OldestHasNotWaited_SharesOneCommit()
    {
        ManualTime time = new();
        StoreWriterOptions options = new() { CommitDelay = TimeSpan.FromMilliseconds(50), Retention = RunningStore.KeepAll };
        using RunningStore store = new(place, options, time);
        for (int i = 1; i <= 100; i++)
            Assert.True(store.Writer.TryAppend(Input(Anna, i)));
        Assert.Equal(0, store.Writer.Statistics.Commits);
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                time.Advance(TimeSpan.FromMilliseconds(10));
                return store.Events.Inputs.Count == 100;
            },
            TimeSpan.FromSeconds(30)));
        Assert.Equal(1, store.Writer.Statistics.Commits);
    }
}
