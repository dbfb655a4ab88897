using AnyEcg.Alerts;
using AnyEcg.Signal;

namespace AnyEcg.Engine;

/// <summary>
/// Takes what the engine finds, in each stream's order. Called on the engine thread: an implementation that waits holds up all
/// streams. What a durable worker needs beyond results has an answer already, for all that run a file.
/// </summary>
public interface IEngineOutput
{
    void Alert(AlertTransition transition);

    void Rhythm(RhythmSummary summary);

    /// <summary>One second of one live stream, scored or not. Patch and observation are reused: copy what must outlive the call.</summary>
    void Result(StreamKey key, PatchSecond patch, SecondObservation observation);

    /// <summary>The engine is done with a frame and hands it back; its samples are copied where they wait.</summary>
    void FrameDone(in EngineInput input, FrameOutcome outcome);

    /// <summary>What became of an operator's action; its transitions, if any, came before.</summary>
    void CommandDone(in EngineInput input, AlertActionResult result)
    {
    }

    /// <summary>A second of the live stream was judged without the network because the engine was behind: not to be known from the inputs.</summary>
    void SecondSkipped(StreamKey key, uint epoch, long second)
    {
    }

    /// <summary>A frame, by its number in the journal, found no slot: not to be known from the inputs.</summary>
    void FrameSkipped(StreamKey key, long sequence)
    {
    }

    /// <summary>
    /// The state of a stream after its input <paramref name="sequence"/>. What came of inputs up to there has been put out before.
    /// The memory is valid during the call only. False: not now; the engine tries again later.
    /// </summary>
    bool Snapshot(StreamKey key, long sequence, ReadOnlyMemory<byte> state) => false;

    /// <summary>Nothing is left of a stream after its input <paramref name="sequence"/>.</summary>
    void Closed(StreamKey key, long sequence)
    {
    }
}
