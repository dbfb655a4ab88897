using static AnyEcg.Store.Tests.Samples;

namespace AnyEcg.Store.Tests;

/// <summary>One writer for each stream, whatever happens.</summary>
[Collection(PlacesCollection.Name)]
public sealed class OwnershipTests(Places places)
{
    [Theory, OnSqlite, OnPostgres]
    public void Open_WhileAnotherOwns_IsRefused(string provider)
    {
        using TestPlace place = places.New(provider);
        using (place.Open())
            Assert.Equal(StoreFailure.OwnershipLost, Assert.Throws<StoreRefusedException>(place.Open).Failure);
        place.Open().Dispose();
    }

    [Theory, OnSqlite, OnPostgres]
    public void OpenForReading_WhileAnotherOwns_Reads(string provider)
    {
        using TestPlace place = places.New(provider);
        using RunningStore store = new(place);
        store.Append(Input(Anna, 1));
        using StoreDatabase beside = StoreDatabase.OpenForReading(place.Options);
        using StoreReader reader = beside.OpenReader();
        Assert.Single(reader.Journal(Anna, 0));
    }

    [Theory, OnSqlite, OnPostgres]
    public void Open_ALaterVersion_IsRefused(string provider)
    {
        using TestPlace place = places.New(provider);
        place.Open().Dispose();
        place.Execute("UPDATE meta SET value = '99' WHERE key = 'schema'");
        Assert.Contains("version 99", Assert.Throws<StoreRefusedException>(place.Open).Message, StringComparison.Ordinal);
        Assert.Throws<StoreRefusedException>(() => StoreDatabase.OpenForReading(place.Options));
    }

    [Theory, OnSqlite, OnPostgres]
    public void Open_TablesOfAnotherProgram_IsRefused(string provider)
    {
        using TestPlace place = places.New(provider);
        place.Open().Dispose();
        place.Execute("DROP TABLE meta");
        Assert.Throws<StoreRefusedException>(place.Open);
        Assert.Throws<StoreRefusedException>(() => StoreDatabase.OpenForReading(place.Options));
    }

    [PostgresFact]
    public void Open_OtherGroupsOfTheSameServer_SharesIt()
    {
        using TestPlace place = places.New("postgresql");
        using StoreDatabase one = StoreDatabase.Open(With(place, "one", "a", "b"));
        using StoreDatabase two = StoreDatabase.Open(With(place, "two", "c"));
        Assert.Throws<StoreRefusedException>(() => StoreDatabase.Open(With(place, "three", "c", "d")));
        Assert.Throws<StoreRefusedException>(() => StoreDatabase.Open(With(place, "two", "d")));
        Assert.Throws<StoreRefusedException>(() => StoreDatabase.Open(With(place, "four")));
    }

    [PostgresFact]
    public void OpenReader_OfSomeGroups_SeesOnlyTheirs()
    {
        using TestPlace place = places.New("postgresql");
        using (RunningStore store = new(place))
        {
            store.Append(Input(Anna, 1), Input(Other, 1));
            store.Post(Transition(Anna, 1, 1), Transition(Other, 2, 1), Hold(Other, "held"), Hold(Anna, "held"));
        }

        using StoreDatabase database = StoreDatabase.OpenForReading(With(place, "one", "ward"));
        using StoreReader reader = database.OpenReader();
        Assert.Equal([Anna], reader.Streams().Select(s => s.Key));
        Assert.Equal([Anna], reader.Unsent(most: 1).Select(u => u.Transition.Stream));
        Assert.Equal([Anna], reader.Held(most: 1).Select(h => h.Stream));
        Assert.Equal([Id(1)], reader.OpenAlerts().Select(a => a.AlertId));
        Assert.Null(reader.Alert(Id(2)));
    }

    private static StoreOptions With(TestPlace place, string worker, params string[] groups) =>
        new() { Connection = place.Options.Connection, WorkerId = worker, Groups = [.. groups] };
}
