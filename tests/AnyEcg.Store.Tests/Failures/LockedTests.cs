using Microsoft.Data.Sqlite;
using Npgsql;
using static AnyEcg.Store.Tests.Samples;

namespace AnyEcg.Store.Tests;

/// <summary>Another process keeps the database to itself for a while.</summary>
[Collection(PlacesCollection.Name)]
public sealed class LockedTests(Places places)
{
    [Theory, OnSqlite, OnPostgres]
    public void Commit_WhileAnotherHoldsTheLock_WaitsAndKeepsOrder(string provider)
    {
        using TestPlace place = places.New(provider);
        using RunningStore store = new(place);
        store.Append(Input(Anna, 1));
        using (Lock(place))
        {
            for (int i = 2; i <= 20; i++)
                Assert.True(store.Writer.TryAppend(Input(Anna, i)));
            store.Writer.Post(Transition(Anna, 1, 1));
            store.AwaitHealth(StoreCondition.Failing);

            Assert.Equal(StoreFailure.Locked, store.Writer.Health.Failure);
            Assert.NotNull(store.Writer.Health.Since);
            Assert.Single(store.Events.Inputs);
            Assert.Empty(store.Events.Work);
            Assert.True(store.Writer.OldestInputAge > TimeSpan.Zero);
            Assert.Equal(19, store.Writer.Statistics.InputsWaiting);
        }

        store.Events.AwaitInputs(20);
        store.Events.AwaitWork(1);
        Assert.Equal(Enumerable.Range(1, 20).Select(i => (long)i), store.Events.Inputs.Select(i => i.Sequence));
        Assert.Equal(Enumerable.Range(1, 20).Select(i => (long)i), store.Reader.Journal(Anna, 0).Select(e => e.ReceivedNs / 1_000_000_000));
        Assert.Equal(StoreHealth.Fine, store.Writer.Health);
        Assert.True(store.Writer.Statistics.Failures[StoreFailure.Locked] > 0);
    }

    private static IDisposable Lock(TestPlace place)
    {
        if (place is SqlitePlace sqlite)
        {
            SqliteConnection holder = new($"Data Source={sqlite.File};Pooling=false");
            holder.Open();
            using SqliteCommand begin = new("BEGIN EXCLUSIVE", holder);
            begin.ExecuteNonQuery();
            return holder;
        }

        NpgsqlConnection other = new(place.Options.Connection);
        other.Open();
        using NpgsqlCommand take = new("BEGIN; LOCK TABLE anyecg.journal IN EXCLUSIVE MODE", other);
        take.ExecuteNonQuery();
        return other;
    }
}
