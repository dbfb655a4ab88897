using System.Runtime.InteropServices;

namespace AnyEcg.Store;

/// <summary>The writer's connection with all that is written over it. Replaced when the connection is lost. Store thread only.</summary>
internal sealed class StoreSession : IDisposable
{
    private readonly WriterConnection connection;
    private readonly StreamSlots slots;
    private readonly StreamTableWriter streams;
    private readonly AlertTableWriter alerts;
    private readonly SideTableWriter side;
    private readonly Trimmer trimmer;
    private readonly List<JournalRow> rows = [];

    public StoreSession(WriterConnection connection, StreamSlots slots, RetentionOptions retention)
    {
        this.connection = connection;
        this.slots = slots;
        streams = new StreamTableWriter(connection);
        alerts = new AlertTableWriter(connection.Connection);
        side = new SideTableWriter(connection.Connection);
        trimmer = new Trimmer(connection.Connection, retention);
    }

    /// <summary>Begins a transaction and writes the batch in it, its outcomes into <see cref="CommitBatch.Done"/>.</summary>
    public void Write(CommitBatch batch)
    {
        batch.Done.Clear();
        connection.Begin();
        Append(batch.Inputs);
        foreach (StoreWork work in batch.Work)
            batch.Done.Add(Write(work, streams.Number(slots.Get(work.Stream))));
    }

    /// <summary>Adds to the transaction what retention deletes of this stream now.</summary>
    public TrimResult Trim(StreamSlot slot, long nowNs, int mostRows) => trimmer.Trim(slot, nowNs, mostRows);

    public void Begin() => connection.Begin();

    public void Commit()
    {
        connection.Commit();
        streams.Committed();
    }

    public void AfterCommit() => connection.AfterCommit();

    public void Rollback()
    {
        streams.RolledBack();
        connection.Rollback();
    }

    public void Dispose()
    {
        streams.RolledBack();
        streams.Dispose();
        alerts.Dispose();
        side.Dispose();
        trimmer.Dispose();
        connection.Dispose();
    }

    private void Append(List<CommittedInput> inputs)
    {
        rows.Clear();
        foreach (CommittedInput input in inputs)
            rows.Add(new JournalRow(JournalId.Of(streams.Number(slots.Get(input.Input.Stream)), input.Sequence), input.Input));
        connection.Append(CollectionsMarshal.AsSpan(rows));
    }

    private CommittedWork Write(StoreWork work, int stream) => work switch
    {
        TransitionWork w => alerts.Write(w, stream),
        SentWork w => Stored(w, alerts.MarkSent(w)),
        SnapshotWork w => Stored(w, streams.Write(w, stream)),
        SkipWork w => side.Write(w, stream, slots.Get(w.Stream)),
        DescriptorWork w => Stored(w, streams.Write(w, stream)),
        StreamStateWork w => Stored(w, streams.Write(w, stream)),
        ActionWork w => Stored(w, side.Write(w, stream)),
        HoldWork w => Stored(w, side.Write(w, stream)),
        ReleaseWork w => Stored(w, side.Release(w, stream)),
        EraseWork w => Stored(w, Erase(w, stream)),
        MarkerWork w => Stored(w, 0),
        _ => throw new InvalidOperationException("A work that is not known."),
    };

    private long Erase(EraseWork work, int stream)
    {
        connection.Settle();
        alerts.Erase(stream, work.UpToSequence);
        side.Erase(stream, work.UpToSequence);
        slots.Get(work.Stream).Skips = default;
        streams.Erase(slots.Get(work.Stream), work.UpToSequence);
        return 0;
    }

    private static CommittedWork Stored(StoreWork work, long id) => new(work, WorkOutcome.Stored, id);
}
