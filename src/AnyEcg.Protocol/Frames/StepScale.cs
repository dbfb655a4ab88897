using AnyEcg.Signal;

namespace AnyEcg.Protocol;

/// <summary>
/// From microvolts, for formats that fix their unit, to the converter steps of the descriptor, so that what the descriptor says
/// of its samples holds for every codec: step = microvolts / microvoltsPerLsb + baseline.
/// </summary>
internal readonly struct StepScale(StreamDescriptor descriptor, int lead)
{
    private readonly double gain = descriptor.MicrovoltsPerLsb[descriptor.MicrovoltsPerLsb.Length == 1 ? 0 : lead];
    private readonly double baseline = descriptor.Baseline[descriptor.Baseline.Length == 1 ? 0 : lead];

    /// <summary>Refuses what is not finite or beyond what a frame carries.</summary>
    public FrameRejection TryStep(double microvolts, out float step) => SamplePayload.TryFloat((microvolts / gain) + baseline, out step);

    public double ToMicrovolts(float step) => (step - baseline) * gain;
}
