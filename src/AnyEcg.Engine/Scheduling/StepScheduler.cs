using System.Numerics;
using AnyEcg.Signal;

namespace AnyEcg.Engine;

/// <summary>
/// Decides which seconds the next step computes, and takes its scores back to their streams. Every stream with a ready second
/// gets one row before any gets two, in the order in which they became ready; what room is left goes round among the streams
/// that are behind, up to <see cref="EngineOptions.MaxConsecutiveSeconds"/> rows each and, while others are live, no more than takes
/// <see cref="CatchUpTime"/>. Never sees a tensor. Engine thread only.
/// </summary>
internal sealed class StepScheduler(
    EngineOptions options, IModelRunner runner, SecondJudge judge, IEngineOutput output, EngineCounters counters, TimeProvider time)
{
    private const int FewSeconds = 16;

    /// <summary>Shortest turn of the streams that are behind.</summary>
    private static readonly TimeSpan LeastCatchUp = TimeSpan.FromMilliseconds(0.5);

    /// <summary>A stream was judged as it came: for so long others that are behind leave it the way.</summary>
    private static readonly TimeSpan LiveFor = TimeSpan.FromSeconds(1.5);

    private readonly StepPacing pacing = new(options.MaxBatchDelay, time);
    private readonly Queue<StreamSession> ready = new();
    private readonly List<StreamSession> planned = [];
    private int readySeconds;
    private int streamsBehind;
    private int plannedRows;
    private int plannedTokens;
    private int plannedLive;
    private long? lastLive;

    /// <summary>
    /// How long streams that are behind may keep the engine in one turn, by their inputs and again by their rows: together as long as
    /// a live second waits anyway, so that they delay it no more than twofold; without end while nobody else is there.
    /// </summary>
    public TimeSpan CatchUpTime =>
        lastLive is not { } stamp || time.GetElapsedTime(stamp) > LiveFor ? Timeout.InfiniteTimeSpan
        : pacing.Delay > 2 * LeastCatchUp ? pacing.Delay / 2 : LeastCatchUp;

    /// <summary>Fewer after a device that could take more has failed.</summary>
    private int MaxRows => Math.Min(options.MaxBatch, runner.Info.MaxRows);

    /// <summary>Seconds of one stream that may wait before its further inputs do.</summary>
    public int CrowdedSeconds => CatchUpTime == Timeout.InfiniteTimeSpan ? EngineOptions.MaxConsecutiveSeconds : FewSeconds;

    /// <summary>Enough seconds are ready to fill a plan.</summary>
    public bool IsFull => readySeconds >= MaxRows;

    /// <summary>Whether the last <see cref="Next"/> let seconds go by that were overdue.</summary>
    public bool SkippedSome { get; private set; }

    /// <summary>Runs one step of what is ready, whoever it belongs to.</summary>
    public required Func<bool> StepNow { get; init; }

    /// <summary>
    /// Takes a second that the signal path has completed; with <paramref name="skip"/> it is judged without the network. It has waited
    /// since the engine was <paramref name="given"/> its last sample; null: since now.
    /// </summary>
    public void Ready(StreamSession session, PatchSecond second, long? given, bool skip = false)
    {
        AwakeState awake = session.Awake!;
        counters.PatchesEmitted += BitOperations.PopCount(second.Present);
        skip |= session.Skips?.TakeSecond(second.Epoch, second.Second) == true && !session.IsPast;
        if (awake.Backlog.Count == 0 && (second.Present == 0 || skip))
        {
            Unscored(session, second);
            return;
        }

        // What is read again was not skipped, or it would be known; and nobody waits for what comes hours late.
        while (awake.Backlog.IsFull && (judge.Replaying || session.IsPast))
            StepNow();
        if (awake.Backlog.IsFull)
            Skip(session, awake);
        if (awake.Backlog.Count == 0 && (second.Present == 0 || skip))
        {
            Unscored(session, second);
            return;
        }

        awake.Backlog.Enqueue(second, given ?? time.GetTimestamp(), skip);
        readySeconds++;
        if (awake.Queued)
            return;

        // What has more inputs waiting is in no need of company.
        if (session.Parked is { Count: > 0 })
            QueueBehind(session, awake);
        else
            Queue(session, awake, time.GetTimestamp());
    }

    /// <summary>Fills the plan when it is due: full, a stream behind, or the oldest second waited long enough; always with <paramref name="flush"/>.</summary>
    public bool Next(StepPlan plan, bool flush)
    {
        plan.Clear();
        SkippedSome = false;
        DropEmpty();
        if (ready.Count == 0 || (!flush && UntilDue() > TimeSpan.Zero))
            return false;
        planned.Clear();
        (plannedRows, plannedTokens, plannedLive) = (0, 0, 0);
        TakeFirstRows();
        ShareRest(flush ? MaxRows : plannedRows + pacing.RowsWithin(CatchUpTime, MaxRows));
        foreach (StreamSession session in planned)
            AddRows(session, plan);
        return planned.Count > 0;
    }

    /// <summary>Learns how long the plan took that <see cref="Next"/> filled.</summary>
    public void Stepped(int rows, TimeSpan took) => pacing.Stepped(rows, plannedLive, took);

    /// <summary>Takes the scores of the plan that <see cref="Next"/> filled; every stream's seconds are judged in order.</summary>
    public void Complete(StepPlan plan, StepScores scores)
    {
        int row = 0;
        foreach (StreamSession session in planned)
        {
            AwakeState awake = session.Awake!;
            for (; awake.PlannedSeconds > 0; awake.PlannedSeconds--)
            {
                int planRow = awake.Backlog.HasToken(0) ? row++ : -1;
                PatchSecond second = Dequeue(awake);
                if (planRow >= 0 && !scores.Unheard[planRow])
                    judge.Scored(session, second, plan, scores, planRow);
                else
                    Unscored(session, second);
            }

            awake.PlannedRows = 0;
            JudgeTokenless(session, awake);
            if (awake.Backlog.Count > 0)
                QueueBehind(session, awake);
            else
                awake.Burst &= session.Parked is { Count: > 0 };
        }
    }

    /// <summary>Takes back all seconds of a session as if they had never been ready; it is in no plan.</summary>
    public void Withdraw(StreamSession session)
    {
        AwakeState awake = session.Awake!;
        counters.PatchesEmitted -= awake.Backlog.Patches;
        while (awake.Backlog.Count > 0)
            judge.Pool.Return(Dequeue(awake));
        for (int i = ready.Count; i > 0; i--)
        {
            if (ready.Dequeue() is { } next && !ReferenceEquals(next, session))
                ready.Enqueue(next);
        }
    }

    /// <summary>How long until a plan is due; zero when it is, infinite when nothing is ready.</summary>
    public TimeSpan UntilDue()
    {
        DropEmpty();
        if (!ready.TryPeek(out StreamSession? oldest))
            return Timeout.InfiniteTimeSpan;
        if (IsFull || streamsBehind > 0)
            return TimeSpan.Zero;
        TimeSpan waited = time.GetElapsedTime(oldest.Awake!.ReadyStamp);
        if (waited < TimeSpan.Zero)
        {
            // The clock was set back: wait one delay from now, not for as long as the clock has lost.
            oldest.Awake.ReadyStamp = time.GetTimestamp();
            return pacing.Delay;
        }

        TimeSpan left = pacing.Delay - waited;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>Streams whose last ready seconds were skipped have nothing to plan.</summary>
    private void DropEmpty()
    {
        while (ready.TryPeek(out StreamSession? first) && first.Awake is not { Queued: true, Backlog.Count: > 0 })
        {
            ready.Dequeue();
            if (first.Awake is { } awake)
                Leave(awake);
        }
    }

    private void Leave(AwakeState awake)
    {
        streamsBehind -= awake.Behind ? 1 : 0;
        awake.Behind = false;
        awake.Queued = false;
    }

    /// <summary>One row of every stream, as far as there is room.</summary>
    private void TakeFirstRows()
    {
        while (ready.TryPeek(out StreamSession? session))
        {
            SkipOverdue(session, session.Awake!);
            if (session.Awake!.Backlog.Count > 0)
            {
                if (!TryTakeRow(session.Awake!))
                    return;
                if (IsLive(session, session.Awake))
                    (plannedLive, lastLive) = (plannedLive + 1, time.GetTimestamp());
                planned.Add(Unqueue(session));
            }

            DropEmpty();
        }
    }

    /// <summary>What waits is its newest frame's; a stream that has more waiting, here or before the signal path, is behind.</summary>
    private static bool IsLive(StreamSession session, AwakeState awake) =>
        !awake.Behind && awake.Backlog.IsOfOneFrame && session.Parked is not { Count: > 0 };

    private void ShareRest(int most)
    {
        bool taken = true;
        while (taken)
        {
            taken = false;
            foreach (StreamSession session in planned)
                taken |= plannedRows < most && TryTakeRow(session.Awake!);
        }
    }

    /// <summary>
    /// What nobody waits for any more goes by without the network, so that the engine comes back to what is happening now. Only where it piled up
    /// at the pace of the clock: what a device empties out of its store at once is no overload, however long it takes. What waited before, for its commit, is not
    /// the engine's doing.
    /// </summary>
    private void SkipOverdue(StreamSession session, AwakeState awake)
    {
        if (options.MaxLag == Timeout.InfiniteTimeSpan || judge.Replaying || session.IsPast)
            return;
        TimeSpan waited = time.GetElapsedTime(awake.Backlog.OldestStamp);
        awake.Burst |= awake.Backlog.Count + session.ParkedSeconds > FewSeconds + (2 * waited.TotalSeconds);
        while (!awake.Burst && awake.Backlog.Count > 0 && time.GetElapsedTime(awake.Backlog.OldestStamp) > options.MaxLag)
        {
            Skip(session, awake);
            SkippedSome = true;
        }
    }

    /// <summary>Plans the stream's next second that has a token; not across an epoch's border, where the rings start anew.</summary>
    private bool TryTakeRow(AwakeState awake)
    {
        if (plannedRows >= MaxRows || awake.PlannedRows == EngineOptions.MaxConsecutiveSeconds)
            return false;
        int index = awake.PlannedSeconds;
        while (index < awake.Backlog.Count && !awake.Backlog.HasToken(index))
            index++;
        if (index == awake.Backlog.Count)
            return false;
        PatchSecond second = awake.Backlog[index];
        int tokens = BitOperations.PopCount(second.Present);
        bool newEpoch = awake.PlannedRows > 0 && second.Epoch != awake.Backlog[awake.PlannedSeconds - 1].Epoch;
        if (newEpoch || plannedTokens + tokens > runner.Info.MaxTokens)
            return false;
        awake.PlannedSeconds = index + 1;
        awake.PlannedRows++;
        plannedRows++;
        plannedTokens += tokens;
        return true;
    }

    private void AddRows(StreamSession session, StepPlan plan)
    {
        AwakeState awake = session.Awake!;
        for (int i = 0; i < awake.PlannedSeconds; i++)
        {
            PatchSecond second = awake.Backlog[i];
            if (!awake.Backlog.HasToken(i))
                continue;
            if (awake.RingEpoch is { } epoch && epoch != second.Epoch)
                runner.Reset(awake.Slot);
            awake.RingEpoch = second.Epoch;
            if (!plan.TryAdd(awake.Slot, session.Format.Leads, second))
                throw new InvalidOperationException("The planned rows do not fit the plan.");
        }
    }

    private void Skip(StreamSession session, AwakeState awake)
    {
        PatchSecond oldest = Dequeue(awake);
        Unscored(session, oldest);
        JudgeTokenless(session, awake);
    }

    /// <summary>A second with tokens that goes by without a score is a decision: the inputs do not say it.</summary>
    private void Unscored(StreamSession session, PatchSecond second)
    {
        if (second.Present != 0)
        {
            counters.PatchesSkipped += BitOperations.PopCount(second.Present);
            output.SecondSkipped(session.Key, second.Epoch, second.Second);
        }

        judge.Unscored(session, second);
    }

    /// <summary>Seconds without a token need no step: they are judged as soon as nothing stands before them.</summary>
    private void JudgeTokenless(StreamSession session, AwakeState awake)
    {
        while (awake.Backlog.Count > 0 && !awake.Backlog.HasToken(0))
            Unscored(session, Dequeue(awake));
    }

    private PatchSecond Dequeue(AwakeState awake)
    {
        readySeconds--;
        return awake.Backlog.Dequeue();
    }

    private void Queue(StreamSession session, AwakeState awake, long stamp)
    {
        awake.Queued = true;
        awake.ReadyStamp = stamp;
        ready.Enqueue(session);
    }

    private void QueueBehind(StreamSession session, AwakeState awake)
    {
        awake.Behind = true;
        streamsBehind++;
        Queue(session, awake, time.GetTimestamp());
    }

    private StreamSession Unqueue(StreamSession session)
    {
        ready.Dequeue();
        Leave(session.Awake!);
        return session;
    }
}
