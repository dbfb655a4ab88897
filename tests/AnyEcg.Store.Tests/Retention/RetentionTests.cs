using static AnyEcg.Store.Tests.Samples;

namespace AnyEcg.Store.Tests;

/// <summary>What goes, what stays, and that the file does not grow for ever. The wall clock stands; inputs are dated around it.</summary>
[Collection(PlacesCollection.Name)]
public sealed class RetentionTests(Places places)
{
    private static readonly long Now = (StoppedWallClock.Now - DateTimeOffset.UnixEpoch).Ticks * 100;

    [Theory, OnSqlite, OnPostgres]
    public void Trim_ByTime_DropsOnlyWhatTheSnapshotCovers(string provider)
    {
        using TestPlace place = places.New(provider);
        using RunningStore store = Open(place, new RetentionOptions { Journal = TimeSpan.FromSeconds(60), Interval = Soon });
        Append(store, 1, 100);
        store.Post(Snapshot(Anna, 30), new SkipWork(Anna, 1, 1, 20), new SkipWork(Anna, 1, 3, 50));
        AwaitRounds(store);

        Assert.Equal(Numbers(31, 100), Journal(store));
        Assert.Equal([3L], store.Reader.Skips(Anna).Select(s => s.First));
        store.Post(Snapshot(Anna, 100));
        AwaitRounds(store);

        // Inputs from 40 were received within the last minute.
        Assert.Equal(Numbers(40, 100), Journal(store));
        Assert.Equal(39, store.Writer.Statistics.RowsTrimmed);
    }

    [Theory, OnSqlite, OnPostgres]
    public void Trim_ByBytes_KeepsTheNewest(string provider)
    {
        using TestPlace place = places.New(provider);
        RetentionOptions retention = new() { Journal = TimeSpan.FromDays(1), JournalBytesPerStream = 2500, RowsPerCommit = 16, Interval = Soon };
        using (RunningStore store = Open(place, retention))
        {
            Append(store, 1, 100);
            store.Post(Snapshot(Anna, 100));
            AwaitRounds(store, 12);
            Assert.Equal(Numbers(76, 100), Journal(store));
        }

        // The count of bytes survives a restart.
        using RunningStore again = Open(place, retention);
        Append(again, 101, 104);
        again.Post(Snapshot(Anna, 104));
        AwaitRounds(again);
        Assert.Equal(Numbers(80, 104), Journal(again));
    }

    [Theory, OnSqlite, OnPostgres]
    public void Trim_AlertsAndActions_HaveTheirOwnAge(string provider)
    {
        using TestPlace place = places.New(provider);
        using RunningStore store = Open(
            place, new RetentionOptions { Alerts = TimeSpan.FromDays(1), Actions = TimeSpan.FromDays(1), Interval = Soon });
        Append(store, 1, 3);
        CommittedWork sent = store.Post(
            Transition(Anna, 1, 1, over: true), Transition(Anna, 2, 1, over: true), Transition(Anna, 3, 1),
            Transition(Anna, 4, 1, over: true, sequence: 3), Action(Anna, "old"), Action(Anna, "new", Now))[0];
        store.Post(new SentWork(Anna, sent.Id), Snapshot(Anna, 2));
        AwaitRounds(store);

        // 1 is over and sent; 2 is not sent, 3 is not over, 4 was decided after the snapshot.
        Assert.Equal([Id(2), Id(3), Id(4)], store.Reader.Alerts(Anna).Select(a => a.AlertId).Order());
        Assert.Empty(store.Reader.Transitions(Id(1)));
        Assert.Equal(["new"], store.Reader.Actions(Anna).Select(a => a.Kind));
    }

    [Fact]
    public void Trim_SteadyState_ReusesTheSpace()
    {
        using SqlitePlace place = new();
        using RunningStore store = Open(
            place, new RetentionOptions { Journal = TimeSpan.FromDays(1), JournalBytesPerStream = 20_000, Interval = Soon });
        long[] sizes = new long[2];
        for (int round = 0; round < 40; round++)
        {
            Append(store, (round * 100) + 1, (round + 1) * 100);
            store.Post(Snapshot(Anna, (round + 1) * 100));
            AwaitRounds(store);
            sizes[round / 20] = Math.Max(sizes[round / 20], place.Pages());
        }

        Assert.Equal(200, Journal(store).Length);

        // Without it the second half would add fifty pages; what stands in the tail differs with how the inputs were cut into commits.
        Assert.InRange(sizes[1], 1, sizes[0] + 10);
    }

    private static TimeSpan Soon => TimeSpan.FromMilliseconds(1);

    private static RunningStore Open(TestPlace place, RetentionOptions retention) =>
        new(place, new StoreWriterOptions { CommitDelay = Soon, Retention = retention }, new StoppedWallClock());

    /// <summary>Inputs of 100 bytes, a second apart, the hundredth received now.</summary>
    private static void Append(RunningStore store, int from, int to) =>
        store.Append([.. Numbers(from, to).Select(i => Input(Anna, i, new byte[100]) with { ReceivedNs = Now + ((i - 100) * 1_000_000_000L) })]);

    private static long[] Journal(RunningStore store) => [.. store.Reader.Journal(Anna, 0, 5000).Select(e => e.Sequence)];

    private static long[] Numbers(int from, int to) => [.. Enumerable.Range(from, to - from + 1).Select(i => (long)i)];

    /// <summary>Commits in which the stream is looked at again; the writer makes them by itself.</summary>
    private static void AwaitRounds(RunningStore store, int rounds = 3)
    {
        long commits = store.Writer.Statistics.Commits;
        Assert.True(SpinWait.SpinUntil(() => store.Writer.Statistics.Commits >= commits + rounds, TimeSpan.FromSeconds(30)));
    }

    private sealed class StoppedWallClock : TimeProvider
    {
        public static DateTimeOffset Now { get; } = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
