using AnyEcg.Alerts;
using AnyEcg.Engine;
using AnyEcg.Recordings;
using AnyEcg.Signal;
using AnyEcg.Simulator;

namespace AnyEcg.Tool;

/// <summary>
/// Runs a recording through the worker's own pipeline, as fast as it goes: the frames that a device would send, the stream
/// engine, its alert rules. One record at a time, one thread.
/// </summary>
internal sealed class RecordRunner(IModelRunner model, AlertSettings alerts)
{
    /// <summary>Seconds handed over before the engine gets its turn: what one stream may put into a plan.</summary>
    private const int SecondsPerTurn = EngineOptions.MaxConsecutiveSeconds;

    private readonly List<EcgFrame> frames = [];

    /// <summary>Throws what opening and reading the record throws.</summary>
    /// <param name="path">The recording; of WFDB the path without extension.</param>
    /// <param name="options">What its file does not say.</param>
    /// <param name="progress">Told the share of the record that is done, 0 to 1.</param>
    /// <param name="cancel">Ends between two turns.</param>
    /// <param name="changes">What is done to every frame, in this order, before the pipeline gets it.</param>
    public RecordResult Run(
        string path, RecordingOptions options, Action<double>? progress, CancellationToken cancel, params IReadOnlyList<IFrameChange> changes)
    {
        using FrameSource source = FrameSource.Open(path, new FrameSourceOptions { Recording = options });
        return Run(source, new ResultCollector(), changes, progress, cancel);
    }

    public RecordResult Run(string path, ResultCollector collector, Action<double>? progress, CancellationToken cancel)
    {
        using FrameSource source = FrameSource.Open(path, new FrameSourceOptions());
        return Run(source, collector, [], progress, cancel);
    }

    private RecordResult Run(
        FrameSource source, ResultCollector collector, IReadOnlyList<IFrameChange> changes, Action<double>? progress, CancellationToken cancel)
    {
        Feed(source, collector, progress, cancel, changes);
        return collector.Finish(source.RecordName, source.AnnotationRateHz, source.Position / source.Format.SampleRateHz) with
        {
            Remarks = [.. source.Remarks],
        };
    }

    /// <summary>Streams a record to its end; what the engine says of it goes to the output.</summary>
    public void Feed(
        FrameSource source, IEngineOutput output, Action<double>? progress, CancellationToken cancel, params IReadOnlyList<IFrameChange> changes)
    {
        EngineOptions options = new()
        {
            MaxBatchDelay = TimeSpan.Zero,
            GiveUpHeldAfter = Timeout.InfiniteTimeSpan,
            NoDataAfter = Timeout.InfiniteTimeSpan,
            IdleTimeout = Timeout.InfiniteTimeSpan,
        };
        using StreamEngine engine = new(model, options, alerts, output, new StillClock());
        StreamKey key = new("file", source.RecordName);
        Submit(engine, EngineInput.OfFormat(key, source.Format));
        while (Turn(engine, source, key, changes) > 0)
        {
            cancel.ThrowIfCancellationRequested();
            progress?.Invoke(source.Position / (double)Math.Max(1, source.SampleCount));
        }

        Submit(engine, EngineInput.OfClose(key));
        engine.Drain();
    }

    private int Turn(StreamEngine engine, FrameSource source, StreamKey key, IReadOnlyList<IFrameChange> changes)
    {
        int taken = 0;
        for (; taken < SecondsPerTurn; taken++)
        {
            if (frames.Count == taken)
            {
                frames.Add(new EcgFrame());
            }

            EcgFrame frame = frames[taken];
            if (!source.TryNext(frame))
            {
                break;
            }

            foreach (IFrameChange change in changes)
            {
                change.Apply(frame);
            }

            frame.ReceivedNs = (long)((frame.FirstSample + frame.SamplesPerLead) * (1e9 / source.Format.SampleRateHz));
            Submit(engine, EngineInput.OfFrame(key, frame));
        }

        engine.Drain();
        return taken;
    }

    private static void Submit(StreamEngine engine, EngineInput input)
    {
        if (!engine.TrySubmit(input))
        {
            throw new InvalidOperationException("The engine's queue is full although it was drained.");
        }
    }
}
