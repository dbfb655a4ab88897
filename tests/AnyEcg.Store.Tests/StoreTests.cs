using AnyEcg.Signal;
using static AnyEcg.Store.Tests.Samples;

namespace AnyEcg.Store.Tests;

/// <summary>What every database must do.</summary>
[Collection(PlacesCollection.Name)]
public sealed class StoreTests(Places places)
{
    [Theory, OnSqlite, OnPostgres]
    public void TryAppend_OfTwoStreams_NumbersEachInItsOrder(string provider)
    {
        using TestPlace place = places.New(provider);
        using RunningStore store = new(place);
        object token = new();
        store.Append(Input(Anna, 1), Input(Bert, 1, token: token), Input(Anna, 2), Input(Bert, 2), Input(Anna, 3));

        Assert.Equal([1L, 2, 3], store.Events.Inputs.Where(i => i.Input.Stream == Anna).Select(i => i.Sequence));
        Assert.Equal([1L, 2], store.Events.Inputs.Where(i => i.Input.Stream == Bert).Select(i => i.Sequence));
        Assert.Same(token, store.Events.Inputs.First(i => i.Input.Stream == Bert).Input.Token);
        JournalEntry second = store.Reader.Journal(Anna, after: 1)[0];
        Assert.Equal((2L, (byte)1, 2_000_000_000L, 7L, 500L, 250), (second.Sequence, second.Kind, second.ReceivedNs, second.Epoch, second.FirstSample, second.Samples));
        Assert.Equal(Bytes("ward/anna:2"), second.Body);
    }

    [Theory, OnSqlite, OnPostgres]
    public void TryAppend_AfterARestart_GoesOnNumbering(string provider)
    {
        using TestPlace place = places.New(provider);
        using (RunningStore first = new(place))
            first.Append(Input(Anna, 1), Input(Anna, 2));
        using RunningStore second = new(place);
        second.Append(Input(Anna, 3));

        Assert.Equal(3, second.Events.Inputs[0].Sequence);
        Assert.Equal([1L, 2, 3], second.Reader.Journal(Anna, 0).Select(e => e.Sequence));
    }

    [Theory, OnSqlite, OnPostgres]
    public void Post_ATransitionTwice_IsStoredOnce(string provider)
    {
        using TestPlace place = places.New(provider);
        using RunningStore store = new(place);
        IReadOnlyList<CommittedWork> done = store.Post(
            Transition(Anna, 1, 1), Transition(Anna, 1, 1), Transition(Anna, 1, 1, "another"), Transition(Anna, 1, 2, "later", over: true));

        Assert.Equal(
            [WorkOutcome.Stored, WorkOutcome.AlreadyThere, WorkOutcome.Diverged, WorkOutcome.Stored], done.Select(d => d.Outcome));
        Assert.Equal([Bytes("body"), Bytes("later")], store.Reader.Transitions(Id(1)).Select(t => t.Body));
        Assert.Equal([false, true], store.Reader.Transitions(Id(1)).Select(t => t.Over));
        Assert.Equal(1, store.Writer.Statistics.Divergences);
        StoredAlert alert = store.Reader.Alert(Id(1))!;
        Assert.Equal((2, true, "asystole"), (alert.Revision, alert.Over, alert.Kind));
    }

    [Theory, OnSqlite, OnPostgres]
    public void Post_Sent_EmptiesTheOutboxInOrder(string provider)
    {
        using TestPlace place = places.New(provider);
        using RunningStore store = new(place);
        IReadOnlyList<CommittedWork> done = store.Post(Transition(Anna, 1, 1), Transition(Bert, 2, 1), Transition(Anna, 1, 2, "b"));
        Assert.Equal(done.Select(d => d.Id), store.Reader.Unsent().Select(u => u.OutboxId));
        store.Post(new SentWork(Bert, done[1].Id));

        IReadOnlyList<UnsentTransition> left = store.Reader.Unsent();
        Assert.Equal([(Anna, 1), (Anna, 2)], left.Select(u => (u.Transition.Stream, u.Transition.Revision)));
        Assert.Equal([2], store.Reader.Unsent(after: left[0].OutboxId).Select(u => u.Transition.Revision));
    }

    [Theory, OnSqlite, OnPostgres]
    public void Post_OldRevisionAfterALaterOne_LeavesTheAlertAsItStands(string provider)
    {
        using TestPlace place = places.New(provider);
        using RunningStore store = new(place);
        store.Post(Transition(Anna, 1, 2, "two"), Transition(Anna, 1, 1, "one"));
        Assert.Equal(Bytes("two"), store.Reader.Alert(Id(1))!.Body);
    }

    [Theory, OnSqlite, OnPostgres]
    public void OpenAlerts_SomeOver_GivesTheOthers(string provider)
    {
        using TestPlace place = places.New(provider);
        using RunningStore store = new(place);
        store.Post(Transition(Anna, 1, 1), Transition(Anna, 2, 1), Transition(Bert, 3, 1), Transition(Anna, 1, 2, over: true));

        Assert.Equal([Id(2), Id(3)], store.Reader.OpenAlerts().Select(a => a.AlertId));
        Assert.Equal([Id(2)], store.Reader.OpenAlerts(Anna).Select(a => a.AlertId));
        Assert.Equal([Id(2), Id(1)], store.Reader.Alerts(Anna).Select(a => a.AlertId));
        Assert.Equal([Id(1)], store.Reader.Alerts(Anna, beforeNs: 2_000_000_000).Select(a => a.AlertId));
        Assert.Null(store.Reader.Alert(Id(9)));
    }

    [Theory, OnSqlite, OnPostgres]
    public void Post_Snapshot_ReplacesTheOneBefore(string provider)
    {
        using TestPlace place = places.New(provider);
        using RunningStore store = new(place);
        store.Append(Input(Anna, 1), Input(Anna, 2));
        store.Post(Snapshot(Anna, 1, "one"), Snapshot(Anna, 2, "two"));

        StoredSnapshot snapshot = store.Reader.Snapshot(Anna)!;
        Assert.Equal((2, "test 1", 2_000_000_000), (snapshot.Sequence, snapshot.Format, snapshot.TakenNs));
        Assert.Equal(Bytes("two"), snapshot.Body);
        Assert.Null(store.Reader.Snapshot(Bert));
    }

    [Theory, OnSqlite, OnPostgres]
    public void Post_DescriptorAndState_AreTheStreams(string provider)
    {
        using TestPlace place = places.New(provider);
        using RunningStore store = new(place);
        store.Post(new DescriptorWork(Anna, Bytes("{}")), new StreamStateWork(Bert, 3));
        Assert.Equal([(Anna, 0), (Bert, 3)], store.Reader.Streams().Select(s => (s.Key, s.State)));
        Assert.Equal(Bytes("{}"), store.Reader.Stream(Anna)!.Descriptor);
        store.Post(new DescriptorWork(Anna, null));
        Assert.Null(store.Reader.Stream(Anna)!.Descriptor);
        Assert.Null(store.Reader.Stream(new StreamKey("ward", "nobody")));
    }

    [Theory, OnSqlite, OnPostgres]
    public void Post_SkipsActionsHeld_ComeBack(string provider)
    {
        using TestPlace place = places.New(provider);
        using RunningStore store = new(place);
        store.Post(new SkipWork(Anna, 7, 3, 10), new SkipWork(Anna, 7, 4, 11), new SkipWork(Anna, 7, 3, 10), Action(Anna, "pause"), Action(Bert, "admit"));
        IReadOnlyList<CommittedWork> held = store.Post(Hold(Anna, "one"), Hold(Bert, "two"), Hold(Anna, "three"));

        Assert.Equal([new StoredSkip(7, 3, 4, 11)], store.Reader.Skips(Anna));
        Assert.Equal([new StoredSkip(7, 3, 4, 11)], store.Reader.Skips(Anna, after: 10));
        Assert.Empty(store.Reader.Skips(Anna, after: 11));
        Assert.Equal(["pause"], store.Reader.Actions(Anna).Select(a => a.Kind));
        Assert.Equal(held.Select(h => h.Id), store.Reader.Held().Select(h => h.Id));
        store.Post(new ReleaseWork(Anna, held[0].Id));
        Assert.Equal([Bytes("two"), Bytes("three")], store.Reader.Held().Select(h => h.Body));
    }

    [Theory, OnSqlite, OnPostgres]
    public void Post_SkipsInARow_ShareRowsThatStayShort(string provider)
    {
        using TestPlace place = places.New(provider);
        using (RunningStore first = new(place))
        {
            first.Post([.. Enumerable.Range(0, 100).Select(i => new SkipWork(i % 2 == 0 ? Anna : Bert, 7, i / 2, 10 + i))]);
            first.Post([.. Enumerable.Range(50, 50).Select(i => new SkipWork(Anna, 7, i, 200 + i)), new SkipWork(Anna, 7, 101, 300), new SkipWork(Anna, 8, 102, 301)]);
        }

        // What another process left out is a row of its own, and one that tells the same again changes nothing.
        using RunningStore store = new(place);
        store.Post(new SkipWork(Anna, 8, 103, 302), new SkipWork(Anna, 7, 64, 264));
        Assert.Equal(
            [new StoredSkip(7, 0, 63, 263), new StoredSkip(7, 64, 99, 299), new StoredSkip(7, 101, 101, 300), new StoredSkip(8, 102, 102, 301), new StoredSkip(8, 103, 103, 302)],
            store.Reader.Skips(Anna));
        Assert.Equal([new StoredSkip(7, 0, 49, 109)], store.Reader.Skips(Bert));
    }

    [Theory, OnSqlite, OnPostgres]
    public void Post_Erase_LeavesNameActionsAndWhatCameLater(string provider)
    {
        using TestPlace place = places.New(provider);
        using RunningStore store = new(place);
        store.Append(Input(Anna, 1), Input(Anna, 2), Input(Anna, 3), Input(Bert, 1));
        store.Post(
            Snapshot(Anna, 1), new SkipWork(Anna, 7, 1, 1), new DescriptorWork(Anna, Bytes("d")), Transition(Anna, 1, 1), Transition(Bert, 2, 1),
            Action(Anna, "discharge"), Hold(Anna, "h"), new EraseWork(Anna, UpToSequence: 2));

        Assert.Equal([3L], store.Reader.Journal(Anna, 0).Select(e => e.Sequence));
        Assert.Null(store.Reader.Snapshot(Anna));
        Assert.Empty(store.Reader.Skips(Anna));
        Assert.Empty(store.Reader.Held());
        Assert.Null(store.Reader.Stream(Anna)!.Descriptor);
        Assert.Empty(store.Reader.Transitions(Id(1)));
        Assert.Equal([Bert], store.Reader.OpenAlerts().Select(a => a.Stream));
        Assert.Equal([Bert], store.Reader.Unsent().Select(u => u.Transition.Stream));
        Assert.Equal(["discharge"], store.Reader.Actions(Anna).Select(a => a.Kind));
        Assert.Single(store.Reader.Journal(Bert, 0));
    }

    [Theory, OnSqlite, OnPostgres]
    public void Post_EraseOfAll_NumbersDoNotRepeat(string provider)
    {
        using TestPlace place = places.New(provider);
        using (RunningStore first = new(place))
        {
            first.Append(Input(Anna, 1), Input(Anna, 2));
            first.Post(new EraseWork(Anna, UpToSequence: 2));
        }

        using RunningStore second = new(place);
        second.Append(Input(Anna, 3));
        Assert.Equal(3, second.Events.Inputs[0].Sequence);
    }

    [Theory, OnSqlite, OnPostgres]
    public void JournalBetween_DisorderedTimes_FindsAllInTheRange(string provider)
    {
        using TestPlace place = places.New(provider);
        using RunningStore store = new(place);
        long[] seconds = [.. Enumerable.Range(0, 300).Select(i => (long)(i % 7 == 3 ? i - 2 : i))];
        store.Append([.. seconds.Select(s => Input(Anna, s))]);

        long[] expected = [.. seconds.Where(s => s is >= 100 and <= 120).Select(s => s * 1_000_000_000)];
        Assert.Equal(expected, store.Reader.JournalBetween(Anna, 100_000_000_000, 120_000_000_000).Select(e => e.ReceivedNs));
        IReadOnlyList<JournalEntry> page = store.Reader.JournalBetween(Anna, 100_000_000_000, 120_000_000_000, most: 4);
        IReadOnlyList<JournalEntry> rest = store.Reader.JournalBetween(Anna, 100_000_000_000, 120_000_000_000, after: page[^1].Sequence);
        Assert.Equal(expected, page.Concat(rest).Select(e => e.ReceivedNs));
        Assert.Empty(store.Reader.JournalBetween(Bert, 0, long.MaxValue / 2));
    }
}
