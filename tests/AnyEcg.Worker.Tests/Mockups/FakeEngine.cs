using AnyEcg.Engine;
using AnyEcg.Signal;

namespace AnyEcg.Worker.Tests;

/// <summary>
/// Writes down what the ingest submits, with frames placed and notes acknowledged as behind the real door; refuses it while full.
/// </summary>
internal sealed class FakeEngine : IEngineDoor
{
    private PositionTracker? positions;
    private double rate;

    public List<EngineInput> Inputs { get; } = [];

    public bool Full { get; set; }

    public AckDesk? Acks { get; set; }

    public IEnumerable<EcgFrame> Frames => Inputs.Select(i => i.Frame).OfType<EcgFrame>();

    public bool TrySubmit(in EngineInput input)
    {
        if (Full)
        {
            return false;
        }

        rate = input.Format?.SampleRateHz ?? rate;
        positions = input.Kind == EngineInputKind.Close ? null : positions;
        if (input.Frame is { FirstSample: EcgFrame.Unplaced } frame)
        {
            (positions ??= new PositionTracker(rate)).Place(frame);
        }

        Inputs.Add(input);
        Acks?.AcknowledgeNote(input.Token);
        return true;
    }
}
