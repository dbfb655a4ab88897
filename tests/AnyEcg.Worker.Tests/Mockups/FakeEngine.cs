using AnyEcg.Engine;
using AnyEcg.Signal;

namespace AnyEcg.Worker.Tests;

/// <summary>Writes down what the ingest submits; refuses it while full.</summary>
internal sealed class FakeEngine : IEngineDoor
{
    public List<EngineInput> Inputs { get; } = [];

    public bool Full { get; set; }

    public IEnumerable<EcgFrame> Frames => Inputs.Select(i => i.Frame).OfType<EcgFrame>();

    public bool TrySubmit(in EngineInput input)
    {
        if (!Full)
        {
            Inputs.Add(input);
        }

        return !Full;
    }
}
