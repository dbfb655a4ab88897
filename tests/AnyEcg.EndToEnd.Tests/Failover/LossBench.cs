using AnyEcg.Alerts;
using AnyEcg.Engine;
using AnyEcg.Signal;
using AnyEcg.Simulator;
using AnyEcg.Tool;

namespace AnyEcg.EndToEnd.Tests;

/// <summary>An engine that is fed a recording second by second, and what it says of it.</summary>
internal sealed class LossBench : IEngineOutput, IDisposable
{
    private static readonly EngineOptions Options = new()
    {
        MaxBatchDelay = TimeSpan.Zero,
        GiveUpHeldAfter = Timeout.InfiniteTimeSpan,
        NoDataAfter = Timeout.InfiniteTimeSpan,
        IdleTimeout = Timeout.InfiniteTimeSpan,
        SnapshotPeriod = TimeSpan.FromHours(1),
    };

    private readonly FrameSource source;
    private long sequence;
    private byte[] latest = [];

    public LossBench(IModelRunner runner, string recording)
    {
        source = FrameSource.Open(Released.Recording(recording), new FrameSourceOptions());
        Key = new StreamKey("file", source.RecordName);
        Engine = new StreamEngine(runner, Options, AlertSettings.Default, this, new StillClock());
    }

    public StreamKey Key { get; }

    public StreamEngine Engine { get; }

    public List<AlertTransition> Alerts { get; } = [];

    /// <summary>Per judged second, whether the network had its say.</summary>
    public List<bool> Scored { get; } = [];

    /// <summary>What <see cref="Save"/> saved.</summary>
    public byte[] Saved { get; private set; } = [];

    /// <summary>Says what the stream is.</summary>
    public void Open() => Submit(EngineInput.OfFormat(Key, source.Format));

    /// <summary>Gives the next frames to the engine; those of a snapshot were given before it.</summary>
    public void Feed(int frames, bool known = false)
    {
        for (int i = 0; i < frames; i++)
        {
            EcgFrame frame = new();
            if (!source.TryNext(frame))
            {
                return;
            }

            frame.ReceivedNs = (long)((frame.FirstSample + frame.SamplesPerLead) * (1e9 / source.Format.SampleRateHz));
            if (!known)
            {
                Submit(EngineInput.OfFrame(Key, frame));
            }
        }
    }

    public void FeedRest()
    {
        Feed(int.MaxValue);
        Submit(EngineInput.OfClose(Key));
    }

    /// <summary>Takes a snapshot of the stream as it is now; says how many transitions came before.</summary>
    public int Save()
    {
        Engine.SnapshotAll(TimeSpan.FromMinutes(1));
        Saved = latest;
        return Alerts.Count;
    }

    public void Restore(byte[] state) => sequence = Engine.Restore(Key, state);

    public void Alert(AlertTransition transition) => Alerts.Add(transition);

    public void Rhythm(RhythmSummary summary)
    {
    }

    public void Result(StreamKey key, PatchSecond patch, SecondObservation observation) => Scored.Add(observation.Scored);

    public void FrameDone(in EngineInput input, FrameOutcome outcome)
    {
    }

    public bool Snapshot(StreamKey key, long sequence, ReadOnlyMemory<byte> state)
    {
        latest = state.ToArray();
        return true;
    }

    public void Dispose()
    {
        Engine.Dispose();
        source.Dispose();
    }

    private void Submit(EngineInput input)
    {
        Assert.True(Engine.TrySubmit(input with { Sequence = ++sequence }));
        Engine.Drain();
    }
}
