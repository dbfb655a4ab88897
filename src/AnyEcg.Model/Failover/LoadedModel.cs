using System.Globalization;
using AnyEcg.Engine;

namespace AnyEcg.Model;

/// <summary>A network before there is an engine for it.</summary>
/// <param name="Weights">Its tensors.</param>
/// <param name="Id">Name and hash.</param>
/// <param name="Heads">Heads to compute.</param>
/// <param name="ArrhythmiaLabels">Labels of the arrhythmia head's classes; may be empty.</param>
internal sealed record LoadedModel(ModelWeights Weights, string Id, ModelHeads Heads, IReadOnlyList<string> ArrhythmiaLabels)
{
    public BeatJudge? BeatJudge { get; init; }

    /// <summary>Memory that the CPU engine may fill; null where the network is small enough that nobody need ask.</summary>
    public Func<long>? FreeBytes { get; init; }

    /// <exception cref="InvalidDataException">There is not as much memory as the weights and the rings of all leads need.</exception>
    public IModelRunner OnCpu(CpuModelOptions options, CpuReason? why = null)
    {
        why ??= CpuReason.Asked;
        if (FreeBytes is not null)
            Require(options, FreeBytes());
        return new CpuModelRunner(Weights, Id, Heads, ArrhythmiaLabels, options) { BeatJudge = BeatJudge, Choice = why.Choice, Remark = why.Remark, Fault = why.Fault };
    }

    private void Require(CpuModelOptions options, long free)
    {
        const double Gigabyte = 1e9;
        long weights = new NetworkCost(Weights.Config).WeightBytes;
        long rings = options.MaxLeadSlots * KvRings.BytesPerLeadOf(Weights.Config);
        if (weights + rings > free)
        {
            throw new InvalidDataException(string.Create(
                CultureInfo.InvariantCulture,
                $"On the CPU this network needs {weights / Gigabyte:0.0} GB for its weights and {rings / Gigabyte:0.0} GB for the rings of {options.MaxLeadSlots} leads; {free / Gigabyte:0.0} GB are free."));
        }
    }
}
