using AnyEcg.Alerts;
using AnyEcg.Signal;

namespace AnyEcg.Engine;

/// <summary>
/// The engine: many streams of frames in, alerts and rhythm out. One thread does all its work: either <see cref="Run"/> on a
/// thread of its own, or a caller that submits and calls <see cref="RunOnce"/> or <see cref="Drain"/>; both give the same
/// results. Submitting and <see cref="Snapshot"/> are safe from any thread.
/// </summary>
public sealed class StreamEngine : IDisposable
{
    /// <summary>
    /// Layout of what <see cref="IEngineOutput.Snapshot"/> gets. Raise it whenever an older snapshot can no longer be read, or would be read
    /// as something else: a stream of another layout starts anew.
    /// </summary>
    public const int StateVersion = 2;

    /// <summary>Most inputs taken before a step gets its turn.</summary>
    private const int MaxInputsPerTurn = 1024;

    /// <summary>Longest sleep: how late a silent stream may be noticed.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(250);

    /// <summary>Longest that a reader of the counters waits for a turn: a scrape must come back even while an output holds the engine up.</summary>
    private static readonly TimeSpan SnapshotPatience = TimeSpan.FromSeconds(2);

    private readonly Lock turn = new();
    private readonly EngineCounters counters = new();
    private readonly Inbox inbox;
    private readonly IModelRunner runner;
    private readonly TimeProvider time;
    private readonly StepScheduler scheduler;
    private readonly StreamTable table;
    private readonly SecondJudge judge;
    private readonly InputHandler inputs;
    private readonly InputDesk desk;
    private readonly SilenceWatch silences;
    private readonly SessionState sessions;
    private readonly SnapshotRound snapshots;
    private readonly StepPlan plan;
    private readonly StepScores scores;
    private volatile EngineSnapshot latest;
    private long lastTurn;

    /// <summary>Throws <see cref="ArgumentException"/> with every fault of the options.</summary>
    /// <param name="runner">The network; stays the caller's.</param>
    /// <param name="options">Checked here, not to be changed afterwards.</param>
    /// <param name="alerts">Limits of the alert rules.</param>
    /// <param name="output">Where results go.</param>
    /// <param name="time">A clock that stands still switches off all that goes by the clock: a file has no silences.</param>
    public StreamEngine(IModelRunner runner, EngineOptions options, AlertSettings alerts, IEngineOutput output, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(runner);
        ArgumentNullException.ThrowIfNull(options);
        Check(runner, options);
        this.runner = runner;
        this.time = time;
        lastTurn = time.GetTimestamp();
        inbox = new Inbox(options.InputCapacity, time);
        judge = new SecondJudge(options, alerts, new BeatFinder(options.BeatThreshold, runner.Info.BeatJudge), output, counters, time);
        scheduler = new StepScheduler(options, runner, judge, output, counters, time) { StepNow = () => Step(flush: true) };
        table = new StreamTable(options, runner, counters, time);
        silences = new SilenceWatch(options, table, time) { Submit = Loop, Flowing = () => InputLoop?.IsFlowing ?? true };
        inputs = Inputs(output);
        desk = new InputDesk(table, inputs, scheduler, time);
        sessions = new SessionState(table, runner, scheduler, judge, counters);
        snapshots = new SnapshotRound(options, table, sessions, output, time);
        table.Added = snapshots.Add;
        int rows = Math.Min(options.MaxBatch, runner.Info.MaxRows);
        plan = new StepPlan(rows, runner.Info.MaxTokens);
        int classes = runner.Info.Heads.HasFlag(ModelHeads.Arrhythmia) ? runner.Info.ArrhythmiaLabels.Count : 0;
        scores = new StepScores(rows, runner.Info.MaxTokens, classes);
        latest = SnapshotWriter.Write(inbox, desk, table, snapshots, counters, time.NowNs());
    }

    /// <summary>
    /// Whether frames can arrive at all; true from the start. While it is false a stream's silence says nothing of its device: no
    /// 'no data' is raised and nothing is evicted, and when it becomes true every silence counts anew. Any thread.
    /// </summary>
    public bool Listening
    {
        get => silences.Listening;
        set => silences.Listening = value;
    }

    /// <summary>
    /// While true the inputs are those of an earlier run, read again: no second is skipped but those that were, and nothing is
    /// measured as if it were live. Whoever brings new inputs waits until it is false. Set between turns; any thread may read.
    /// </summary>
    public bool Replaying
    {
        get => judge.Replaying;
        set => judge.Replaying = value;
    }

    /// <summary>Where decisions of the clock go to come back as inputs; null: straight back. Set before the first turn.</summary>
    public IInputLoop? InputLoop { get; set; }

    /// <summary>
    /// Puts a stream back where a snapshot says it stood; the inputs after it are to follow. Returns the number of the last input
    /// it includes. Before the first turn only.
    /// </summary>
    /// <exception cref="InvalidDataException">The snapshot is damaged, or of another model or version; the stream is then unknown.</exception>
    public long Restore(StreamKey key, ReadOnlyMemory<byte> snapshot)
    {
        // Replaced by what the snapshot says.
        StreamFormat none = new() { SampleRateHz = 300, Leads = new LeadSet(Lead.Unknown), MicrovoltsPerLsb = [1], Baseline = [0] };
        StreamSession session = new(key, none);
        StateExchange state = StateExchange.Restore(snapshot);
        try
        {
            sessions.Exchange(state, session);
            state.Finish();
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException)
        {
            sessions.Discard(session);
            throw new InvalidDataException($"A snapshot cannot be used: {e.Message}", e);
        }

        session.SnapshotSequence = session.Sequence;
        table.Insert(session);
        return session.Sequence;
    }

    /// <summary>What an earlier run decided of inputs that are still to be read again. Before the first turn only.</summary>
    public void RestoreSkips(StreamKey key, SkipDecisions skips)
    {
        if (table.Find(key) is { } session)
            session.Skips = skips;
        else
            table.Skips[key] = skips;
    }

    /// <summary>What is known of a stream now; null when nothing is. Engine thread only: from within a call of the output.</summary>
    public StreamFacts? FactsOf(StreamKey key) => table.Find(key) is { } session ? new StreamFacts(session.Sequence, session.LeadNames, session.Format) : null;

    /// <summary>Snapshots of all streams that have had inputs since their last one, as many as there is time for. Engine thread only, between turns.</summary>
    public void SnapshotAll(TimeSpan atMost) => snapshots.TakeAll(atMost);

    /// <summary>What the network runs on now. Any thread, waits for nothing.</summary>
    public ModelRunnerInfo Model => runner.Info;

    /// <inheritdoc cref="IModelRunner.Fault"/>
    public RunnerFault? Fault => runner.Fault;

    /// <summary>Inputs submitted and not taken yet, about. Any thread, waits for nothing.</summary>
    public int InputsWaiting => inbox.Waiting;

    /// <summary>Submits without waiting; false when the queue is full, and nothing is counted.</summary>
    public bool TrySubmit(in EngineInput input) => inbox.TrySubmit(input);

    /// <summary>Submits without waiting; false when the queue is full, and the frame is counted as dropped.</summary>
    public bool SubmitOrDrop(in EngineInput input) => inbox.SubmitOrDrop(input);

    /// <summary>Submits, waiting for room: back-pressure for inputs that must not be lost.</summary>
    public ValueTask SubmitAsync(EngineInput input, CancellationToken cancellationToken) => inbox.SubmitAsync(input, cancellationToken);

    /// <summary>One turn: drain, plan, step, complete. True when there was anything to do. Engine thread only.</summary>
    public bool RunOnce()
    {
        lock (turn)
        {
            int drained = Take();
            drained += desk.Resume(flush: false) ? 1 : 0;
            silences.Sweep();
            bool stepped = Step(flush: false);
            return EndTurn(snapshots.TakeDue() || stepped || drained > 0);
        }
    }

    /// <summary>Finishes all that was submitted, without waiting for fuller batches. Engine thread only.</summary>
    public void Drain()
    {
        while (FlushOnce())
        {
            // Between two turns a snapshot gets its chance.
        }
    }

    /// <summary>Turns until cancelled, then drains and returns. The calling thread becomes the engine thread; a failing runner throws.</summary>
    public void Run(CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration stop = cancellationToken.Register(inbox.Wake);
        while (!cancellationToken.IsCancellationRequested)
        {
            if (!RunOnce())
                inbox.Wait(UntilNextTurn(), cancellationToken);
        }

        Drain();
    }

    /// <summary>All counters, consistent with each other: waits for the turn that runs, but gives the snapshot before where that takes seconds.</summary>
    public EngineSnapshot Snapshot() => TrySnapshot(SnapshotPatience) ?? latest;

    /// <summary>How long ago the engine last ended a turn: a watchdog's evidence that it is stuck. Any thread, waits for nothing.</summary>
    public TimeSpan SinceLastTurn() => time.GetElapsedTime(Interlocked.Read(ref lastTurn));

    /// <summary>The same, but null when the turn that runs does not end in time: an output that waits must not make an observer wait.</summary>
    public EngineSnapshot? TrySnapshot(TimeSpan atMost)
    {
        if (!turn.TryEnter(atMost))
            return null;
        try
        {
            return latest = SnapshotWriter.Write(inbox, desk, table, snapshots, counters, time.NowNs());
        }
        finally
        {
            turn.Exit();
        }
    }

    public void Dispose() => inbox.Dispose();

    private static void Check(IModelRunner runner, EngineOptions options)
    {
        if (options.Faults() is { Count: > 0 } faults)
            throw new ArgumentException(string.Join("; ", faults), nameof(options));
        if (runner.Info.MaxTokens < LeadSet.MaxLeads)
            throw new ArgumentException($"A runner must take {LeadSet.MaxLeads} tokens at least.", nameof(runner));
        const ModelHeads needed = ModelHeads.Rhythm | ModelHeads.Beats;
        if ((runner.Info.Heads & needed) != needed)
            throw new ArgumentException($"The alert rules need the heads {needed}; the model has {runner.Info.Heads}.", nameof(runner));
    }

    private InputHandler Inputs(IEngineOutput output)
    {
        PatchIntake intake = new(judge.Pool, scheduler);
        SessionKeeper keeper = new(table, judge, intake, counters, () => Step(flush: true))
        {
            Ask = (session, events) => silences.Ask(session, events, time.NowNs()),
        };
        FrameIntake frames = new(table, keeper, intake, judge, output, counters) { Stamp = time.GetTimestamp };
        return new InputHandler(table, keeper, frames, intake, judge, output) { SnapshotNow = session => snapshots.Urge(session) };
    }

    private bool Loop(EngineInput input)
    {
        if (InputLoop is { } loop)
            return loop.TrySubmit(input);
        inputs.Handle(input with { GivenStamp = time.GetTimestamp() });
        return true;
    }

    private bool FlushOnce()
    {
        lock (turn)
        {
            int drained = Take();
            drained += desk.Resume(flush: true) ? 1 : 0;
            return EndTurn(Step(flush: true) || drained > 0);
        }
    }

    private bool EndTurn(bool busy)
    {
        Interlocked.Exchange(ref lastTurn, time.GetTimestamp());
        return busy;
    }

    private int Take()
    {
        int taken = 0;
        while (taken < MaxInputsPerTurn && inbox.TryTake(out EngineInput input))
        {
            desk.Take(input);
            taken++;
        }

        return taken;
    }

    private bool Step(bool flush)
    {
        if (!scheduler.Next(plan, flush))
            return scheduler.SkippedSome;
        long started = time.GetTimestamp();
        runner.Step(plan, scores);
        TimeSpan took = time.GetElapsedTime(started);
        scheduler.Stepped(plan.RowCount, took);
        counters.StepDuration.Record(took.TotalSeconds);
        counters.Steps++;
        counters.StepRows += plan.RowCount;
        counters.StepTokens += plan.TokenCount;
        scheduler.Complete(plan, scores);
        return true;
    }

    private TimeSpan UntilNextTurn()
    {
        TimeSpan due = scheduler.UntilDue();
        return due == Timeout.InfiniteTimeSpan || due > LongestWait ? LongestWait : due;
    }
}
