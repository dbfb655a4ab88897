using static AnyEcg.Store.Tests.Samples;

namespace AnyEcg.Store.Tests;

/// <summary>The server goes away and comes back.</summary>
public sealed class ServerLostTests
{
    [PostgresFact]
    public async Task Commit_ServerRestartedMeanwhile_NothingLostOrDoubled()
    {
        using PostgresServer server = PostgresServer.Start();
        PostgresPlace place = new(server.ConnectionString("postgres"));
        using RunningStore store = new(place);
        Task writing = Task.Run(() =>
        {
            for (int i = 1; i <= 3000; i++)
            {
                Assert.True(store.Writer.TryAppend(Input(Anna, i)));
                if (i % 500 == 0)
                    store.Events.AwaitInputs(i - 499);
            }
        });
        store.Events.AwaitInputs(200);
        server.Kill();
        store.Writer.Post(Transition(Anna, 1, 1));
        store.AwaitHealth(StoreCondition.Failing);
        Assert.Equal(StoreFailure.ConnectionLost, store.Writer.Health.Failure);
        server.Run();
        await writing;
        store.Events.AwaitInputs(3000);
        store.Events.AwaitWork(1);

        using StoreReader reader = store.Database.OpenReader();
        Assert.Equal(Enumerable.Range(1, 3000).Select(i => (long)i), store.Events.Inputs.Select(i => i.Sequence));
        Assert.Equal(Enumerable.Range(1, 3000).Select(i => (long)i), reader.Journal(Anna, 0, 5000).Select(e => e.Sequence));
        Assert.Single(reader.Transitions(Id(1)));
    }

    [PostgresFact]
    public void Commit_AnotherOwnedInBetween_Stops()
    {
        using PostgresServer server = PostgresServer.Start();
        PostgresPlace place = new(server.ConnectionString("postgres"));
        using RunningStore store = new(place);
        store.Append(Input(Anna, 1));
        place.Execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'anyecg'");
        using (RunningStore other = new(place))
            other.Append(Input(Anna, 2));
        store.Writer.TryAppend(Input(Anna, 3));
        store.Events.AwaitStopped();

        Assert.Equal(StoreCondition.Stopped, store.Writer.Health.Condition);
        Assert.Equal(StoreFailure.OwnershipLost, store.Writer.Health.Failure);
        Assert.Single(store.Events.Inputs);
        Assert.False(store.Writer.TryAppend(Input(Anna, 4)));
        Assert.False(store.Writer.Post(Transition(Anna, 1, 1)));
    }
}
