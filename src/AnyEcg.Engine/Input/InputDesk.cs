namespace AnyEcg.Engine;

/// <summary>
/// Takes inputs to their streams. Those of a stream whose seconds pile up wait here, in their order, so that a device that
/// empties its store in one go neither loses seconds to the bound of its backlog nor holds up anybody else: they come back in turn,
/// for a while each turn of the engine. What waits is bounded by what the ingest lets in: a frame stays unacknowledged until it was
/// handled. Engine thread only.
/// </summary>
internal sealed class InputDesk(StreamTable table, InputHandler inputs, StepScheduler scheduler, TimeProvider time)
{
    private readonly Queue<StreamSession> crowded = new();

    /// <summary>Frames that wait.</summary>
    public long FramesParked { get; private set; }

    public bool IsEmpty => crowded.Count == 0;

    public void Take(in EngineInput input)
    {
        if (table.Find(input.Key) is not { } session || !MustWait(session))
        {
            inputs.Handle(input);
            return;
        }

        if ((session.Parked ??= new Queue<EngineInput>()).Count == 0)
            crowded.Enqueue(session);
        session.Parked.Enqueue(input);
        session.ParkedSeconds += SecondsOf(session, input);
        FramesParked += input.Kind == EngineInputKind.Frame ? 1 : 0;
    }

    /// <summary>
    /// Hands on what no longer has to wait, one input of each stream after the other; no longer than leaves the live streams
    /// their due, unless it <paramref name="flush"/>es. True when there was anything.
    /// </summary>
    public bool Resume(bool flush)
    {
        TimeSpan atMost = flush ? Timeout.InfiniteTimeSpan : scheduler.CatchUpTime;
        long started = time.GetTimestamp();
        bool any = false;
        for (int idle = 0; idle < crowded.Count && !IsOver(started, atMost);)
        {
            StreamSession session = crowded.Dequeue();
            bool handled = !IsCrowded(session);
            if (handled)
                HandleNext(session);
            if (session.Parked!.Count > 0)
                crowded.Enqueue(session);
            idle = handled ? 0 : idle + 1;
            any |= handled;
        }

        return any;
    }

    private static double SecondsOf(StreamSession session, in EngineInput input) =>
        input.Frame is { } frame ? frame.SamplesPerLead / session.Format.SampleRateHz : 0;

    private void HandleNext(StreamSession session)
    {
        EngineInput input = session.Parked!.Dequeue();
        session.ParkedSeconds = session.Parked.Count == 0 ? 0 : session.ParkedSeconds - SecondsOf(session, input);
        FramesParked -= input.Kind == EngineInputKind.Frame ? 1 : 0;
        inputs.Handle(input);
    }

    private bool IsOver(long started, TimeSpan atMost) => atMost != Timeout.InfiniteTimeSpan && time.GetElapsedTime(started) > atMost;

    private bool MustWait(StreamSession session) => session.Parked?.Count > 0 || IsCrowded(session);

    private bool IsCrowded(StreamSession session) => session.Awake?.Backlog.IsCrowded(scheduler.CrowdedSeconds) == true;
}
