using AnyEcg.Alerts;
using AnyEcg.Signal;

namespace AnyEcg.Engine;

/// <summary>
/// Takes what the engine finds, in each stream's order. Called on the engine thread: an implementation that waits holds up all
/// streams.
/// </summary>
public interface IEngineOutput
{
    void Alert(AlertTransition transition);

    void Rhythm(RhythmSummary summary);

    /// <summary>One second of one stream, scored or not. Patch and observation are reused: copy what must outlive the call.</summary>
    void Result(StreamKey key, PatchSecond patch, SecondObservation observation);

    /// <summary>The engine is done with a frame and hands it back; its samples are copied where they wait.</summary>
    void FrameDone(in EngineInput input, FrameOutcome outcome);
}
