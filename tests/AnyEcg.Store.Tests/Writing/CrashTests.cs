using FsCheck;
using FsCheck.Fluent;
using static AnyEcg.Store.Tests.Samples;

namespace AnyEcg.Store.Tests;

/// <summary>The process ends at a named instant: what was told is there, and what is there is a beginning of what was posted.</summary>
[Collection(PlacesCollection.Name)]
public sealed class CrashTests(Places places)
{
    [Theory, OnSqlite, OnPostgres]
    public void CrashPoints_BeforeTheCommit_LeaveNothing_AfterIt_LeaveAll(string provider)
    {
        foreach (string point in CrashPoints.All)
        {
            using TestPlace place = places.New(provider);
            using (RunningStore store = new(place, CrashAt(point, 1)))
            {
                long sequence = 1;
                store.Writer.TryAppend(Input(Anna, 1));
                store.Writer.Post(Transition(Anna, 1, 1));
                store.Writer.Post(Snapshot(Anna, sequence));
                store.Writer.Post(new SentWork(Anna, 99));
                store.Events.AwaitStopped();
            }

            using StoreDatabase database = place.Open();
            using StoreReader reader = database.OpenReader();
            bool committed = point.StartsWith("after", StringComparison.Ordinal) || reader.Journal(Anna, 0).Count > 0;
            Assert.Equal(committed, reader.Streams().Count > 0);
            Assert.False(reader.Snapshot(Anna) is not null && reader.Transitions(Id(1)).Count == 0, point);
        }
    }

    /// <summary>Works go up: work n is transition n, every fifth is a snapshot that says how many came before it.</summary>
    [Fact]
    public void Commit_CrashedAnywhere_LeavesABeginningOfWhatWasPosted()
    {
        Gen<(int Posts, int Crash, int Point)> runs =
            from posts in Gen.Choose(5, 60)
            from crash in Gen.Choose(1, 6)
            from point in Gen.Choose(0, CrashPoints.All.Length - 1)
            select (posts, crash, point);
        Prop.ForAll(runs.ToArbitrary(), run => IsBeginning(run.Posts, CrashPoints.All[run.Point], run.Crash))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(40));
    }

    private static bool IsBeginning(int posts, string point, int crash)
    {
        using SqlitePlace place = new();
        IReadOnlyList<CommittedInput> told;
        using (RunningStore store = new(place, CrashAt(point, crash)))
        {
            for (int i = 1; i <= posts; i++)
            {
                store.Writer.TryAppend(Input(Anna, i));
                store.Writer.Post(i % 5 == 0 ? Snapshot(Anna, i) : Transition(Anna, (byte)i, 1));
                Thread.Yield();
            }

            told = store.Events.Inputs;
        }

        using RunningStore again = new(place);
        long[] inputs = [.. again.Reader.Journal(Anna, 0).Select(e => e.ReceivedNs / 1_000_000_000)];
        int[] transitions = [.. again.Reader.Unsent().Select(u => (int)u.Transition.AlertId.ToByteArray()[15])];
        int[] expected = [.. Enumerable.Range(1, posts).Where(i => i % 5 != 0)];
        long snapshot = again.Reader.Snapshot(Anna)?.Sequence ?? 0;
        return inputs.SequenceEqual(Enumerable.Range(1, inputs.Length).Select(i => (long)i))
            && told.Count <= inputs.Length
            && transitions.SequenceEqual(expected.Take(transitions.Length))
            && transitions.Length >= expected.Count(i => i < snapshot);
    }

    /// <summary>Ends the store thread when the point is passed for the n-th time, as a crash would.</summary>
    private static StoreWriterOptions CrashAt(string point, int n)
    {
        int passed = 0;
        return new StoreWriterOptions
        {
            CommitDelay = TimeSpan.FromMilliseconds(1),
            BatchInputs = 7,
            BatchWorkBytes = 1000,
            Retention = RunningStore.KeepAll,
            CrashPoint = name =>
            {
                if (name == point && ++passed == n)
                    throw new InvalidOperationException("crash");
            },
        };
    }
}
