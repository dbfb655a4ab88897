namespace AnyEcg.Engine;

/// <summary>
/// Takes inputs to their streams. Those of a stream whose seconds pile up wait here, in their order, so that a device that
/// empties its store in one go neither loses seconds to the bound of its backlog nor holds up anybody else. What waits is bounded by
/// what the ingest lets in: a frame stays unacknowledged until it was handled. Engine thread only.
/// </summary>
internal sealed class InputDesk(StreamTable table, InputHandler inputs)
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
        FramesParked += input.Kind == EngineInputKind.Frame ? 1 : 0;
    }

    /// <summary>Hands on what no longer has to wait. True when there was anything.</summary>
    public bool Resume()
    {
        bool any = false;
        for (int i = crowded.Count; i > 0; i--)
        {
            StreamSession session = crowded.Dequeue();
            while (session.Parked!.Count > 0 && session.Awake?.Backlog.IsCrowded != true)
            {
                EngineInput input = session.Parked.Dequeue();
                FramesParked -= input.Kind == EngineInputKind.Frame ? 1 : 0;
                inputs.Handle(input);
                any = true;
            }

            if (session.Parked.Count > 0)
                crowded.Enqueue(session);
        }

        return any;
    }

    private static bool MustWait(StreamSession session) => session.Parked?.Count > 0 || session.Awake?.Backlog.IsCrowded == true;
}
