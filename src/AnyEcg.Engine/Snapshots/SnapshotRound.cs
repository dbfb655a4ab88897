using System.Buffers;
using AnyEcg.Signal;

namespace AnyEcg.Engine;

/// <summary>
/// Takes a snapshot of each stream once a period, spread evenly over it, between the engine's turns: a few streams a turn. A
/// stream that has had no input since its last one needs none. Engine thread only.
/// </summary>
internal sealed class SnapshotRound(EngineOptions options, StreamTable table, SessionState sessions, IEngineOutput output, TimeProvider time)
{
    /// <summary>Of one turn: some 170 KB and a tenth of a millisecond each. Ten turns a second, as thousands of streams leave, are enough for all of them once a minute.</summary>
    private const int MostAtOnce = 12;

    private readonly Queue<StreamSession> round = new();
    private readonly Queue<StreamSession> urgent = new();
    private readonly ArrayBufferWriter<byte> buffer = new();
    private long newcomers;

    public long Taken { get; private set; }

    public long Bytes { get; private set; }

    private bool Off => options.SnapshotPeriod == Timeout.InfiniteTimeSpan;

    /// <summary>A stream that is to take part: newly known, or restored.</summary>
    public void Add(StreamSession session)
    {
        if (Off)
            return;

        // The golden ratio spreads any number of them evenly, whenever they come.
        double share = ++newcomers * 0.6180339887498949 % 1;
        session.SnapshotDue = time.GetTimestamp() + (long)(share * options.SnapshotPeriod.TotalSeconds * time.TimestampFrequency);
        round.Enqueue(session);
    }

    /// <summary>Takes one now that others must not come before, or as soon as the output takes it.</summary>
    public void Urge(StreamSession session)
    {
        session.WantsSnapshot = false;
        if (Off)
            return;
        urgent.Enqueue(session);
        TakeUrgent();
    }

    /// <summary>Takes those that are due. Returns true when there were any.</summary>
    public bool TakeDue()
    {
        if (!TakeUrgent())
            return false;
        int taken = 0;
        for (int looked = round.Count; looked > 0 && taken < MostAtOnce; looked--)
        {
            StreamSession session = round.Peek();
            if (!ReferenceEquals(table.Find(session.Key), session))
            {
                round.Dequeue();
                continue;
            }

            // Due times of newcomers are not in order; the queue soon is.
            if (session.SnapshotDue > time.GetTimestamp())
            {
                if (taken > 0 || looked < round.Count - MostAtOnce)
                    break;
                round.Enqueue(round.Dequeue());
                continue;
            }

            if (session.Sequence > session.SnapshotSequence && !TryTake(session))
                break;
            taken++;
            session.SnapshotDue = time.GetTimestamp() + (long)(options.SnapshotPeriod.TotalSeconds * time.TimestampFrequency);
            round.Enqueue(round.Dequeue());
        }

        return taken > 0;
    }

    /// <summary>Takes one of every stream that has had inputs since its last one, until the output refuses or the time is over.</summary>
    public void TakeAll(TimeSpan atMost)
    {
        long started = time.GetTimestamp();
        foreach (StreamSession session in table.Sessions)
        {
            if (session.Sequence > session.SnapshotSequence && (time.GetElapsedTime(started) > atMost || !TryTake(session)))
                return;
        }
    }

    /// <summary>False while one of them finds no room.</summary>
    private bool TakeUrgent()
    {
        while (urgent.TryPeek(out StreamSession? session))
        {
            if (ReferenceEquals(table.Find(session.Key), session) && !TryTake(session))
                return false;
            urgent.Dequeue();
        }

        return true;
    }

    private bool TryTake(StreamSession session)
    {
        buffer.ResetWrittenCount();
        sessions.Exchange(StateExchange.Save(buffer), session);
        if (!output.Snapshot(session.Key, session.Sequence, buffer.WrittenMemory))
            return false;
        session.SnapshotSequence = session.Sequence;
        Taken++;
        Bytes += buffer.WrittenCount;
        return true;
    }
}
