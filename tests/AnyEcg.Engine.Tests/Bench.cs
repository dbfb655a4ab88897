using AnyEcg.Alerts;
using AnyEcg.Signal;

namespace AnyEcg.Engine.Tests;

/// <summary>An engine with its fake network and clock, driven by the test's own thread.</summary>
internal sealed class Bench : IDisposable
{
    public Bench(EngineOptions? options = null, HashRunner? runner = null, AlertOptions? alerts = null)
    {
        Runner = runner ?? new HashRunner();
        Engine = new StreamEngine(Runner, options ?? new EngineOptions(), new AlertSettings(alerts ?? new AlertOptions()), Output, Clock);
    }

    public HashRunner Runner { get; }

    public Recorder Output { get; } = new();

    public HostileClock Clock { get; } = new();

    public StreamEngine Engine { get; }

    public static StreamKey Key(int index = 1) => new("ward", $"bed-{index}");

    public Bench Open(TestEcg ecg, int stream = 1)
    {
        Submit(EngineInput.OfFormat(Key(stream), ecg.Format));
        return this;
    }

    public Bench Push(IEnumerable<EcgFrame> frames, int stream = 1)
    {
        foreach (EcgFrame frame in frames)
            Push(frame, stream);
        return this;
    }

    public void Push(EcgFrame frame, int stream = 1) => Submit(EngineInput.OfFrame(Key(stream), frame));

    public Bench Close(int stream = 1)
    {
        Submit(EngineInput.OfClose(Key(stream)));
        Engine.Drain();
        return this;
    }

    public void Submit(in EngineInput input)
    {
        if (Engine.TrySubmit(input))
            return;
        Engine.Drain();
        Assert.True(Engine.TrySubmit(input));
    }

    public void Wait(double seconds)
    {
        Clock.Advance(TimeSpan.FromSeconds(seconds));
        while (Engine.RunOnce())
        {
        }
    }

    /// <summary>Asserts invariant 4.</summary>
    public EngineSnapshot Balanced()
    {
        EngineSnapshot s = Engine.Snapshot();
        Assert.Equal(
            s.FramesReceived,
            s.FramesAccepted + s.FramesRejected + s.FramesDuplicate + s.FramesLate + s.FramesHistorical + s.FramesConflict + s.FramesDropped + s.FramesPending);
        Assert.Equal(s.SamplesExpected, s.SamplesProcessed + s.SamplesGap);
        Assert.Equal(s.PatchesEmitted, s.PatchesScored + s.PatchesSkipped + s.PatchesPending);
        return s;
    }

    public void Dispose() => Engine.Dispose();
}
