using AnyEcg.Alerts;
using AnyEcg.Signal;

namespace AnyEcg.Engine.Tests;

/// <summary>An engine whose inputs go through a journal, as a worker's do: in one order for each stream, and read again at will.</summary>
internal sealed class JournaledBench : IInputLoop, IEngineOutput, IDisposable
{
    private readonly Dictionary<StreamKey, long> sequences = [];

    public JournaledBench(EngineOptions options, HashRunner? runner = null)
    {
        Runner = runner ?? new HashRunner(judge: TestJudge.Random(3));
        Engine = new StreamEngine(Runner, options, AlertSettings.Default, this, Clock) { InputLoop = this };
    }

    public HashRunner Runner { get; }

    public HostileClock Clock { get; } = new();

    public StreamEngine Engine { get; }

    public bool IsFlowing { get; set; } = true;

    public List<EngineInput> Journal { get; } = [];

    public List<AlertTransition> Alerts { get; } = [];

    public List<(StreamKey Key, long Sequence, byte[] State, int AlertsBefore)> Snapshots { get; } = [];

    public Dictionary<StreamKey, List<(uint Epoch, long Second)>> Seconds { get; } = [];

    public Dictionary<StreamKey, List<long>> Frames { get; } = [];

    /// <summary>Into the journal and from there to the engine.</summary>
    public bool TrySubmit(in EngineInput input)
    {
        EngineInput journaled = input with { Sequence = sequences[input.Key] = sequences.GetValueOrDefault(input.Key) + 1 };
        Journal.Add(Copy(journaled));
        Assert.True(Engine.TrySubmit(journaled));
        return true;
    }

    /// <summary>Reads inputs again.</summary>
    public void Replay(IEnumerable<EngineInput> inputs)
    {
        Engine.Replaying = true;
        foreach (EngineInput input in inputs)
        {
            Assert.True(Engine.TrySubmit(Copy(input)));
            Engine.RunOnce();
        }

        Engine.Drain();
        Engine.Replaying = false;
    }

    public void Wait(double seconds)
    {
        Clock.Advance(TimeSpan.FromSeconds(seconds));
        while (Engine.RunOnce())
        {
        }
    }

    public SkipDecisions SkipsOf(StreamKey key)
    {
        SkipDecisions skips = new();
        Seconds.GetValueOrDefault(key)?.ForEach(s => skips.AddSecond(s.Epoch, s.Second));
        Frames.GetValueOrDefault(key)?.ForEach(skips.AddFrame);
        return skips;
    }

    public void Alert(AlertTransition transition) => Alerts.Add(transition);

    public void Rhythm(RhythmSummary summary)
    {
    }

    public void Result(StreamKey key, PatchSecond patch, SecondObservation observation)
    {
    }

    public void FrameDone(in EngineInput input, FrameOutcome outcome)
    {
    }

    public void SecondSkipped(StreamKey key, uint epoch, long second) => ListOf(Seconds, key).Add((epoch, second));

    public void FrameSkipped(StreamKey key, long sequence) => ListOf(Frames, key).Add(sequence);

    public bool Snapshot(StreamKey key, long sequence, ReadOnlyMemory<byte> state)
    {
        Snapshots.Add((key, sequence, state.ToArray(), Alerts.Count));
        return true;
    }

    public void Dispose() => Engine.Dispose();

    private static List<T> ListOf<T>(Dictionary<StreamKey, List<T>> lists, StreamKey key) =>
        lists.TryGetValue(key, out List<T>? list) ? list : lists[key] = [];

    /// <summary>The engine may cut a frame; the journal's stays whole.</summary>
    private static EngineInput Copy(in EngineInput input)
    {
        if (input.Frame is not { } frame)
            return input;
        EcgFrame copy = new()
        {
            Epoch = frame.Epoch,
            FirstSample = frame.FirstSample,
            DeviceTimeNs = frame.DeviceTimeNs,
            DeviceTimeMark = frame.DeviceTimeMark,
            ReceivedNs = frame.ReceivedNs,
            LeadOff = frame.LeadOff,
        };
        copy.Resize(frame.LeadCount, frame.SamplesPerLead);
        frame.Samples.CopyTo(copy.Samples);
        return EngineInput.OfFrame(input.Key, copy) with { Sequence = input.Sequence };
    }
}
