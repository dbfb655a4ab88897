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

    public IModelRunner OnCpu(CpuModelOptions options, string choice = "") =>
        new CpuModelRunner(Weights, Id, Heads, ArrhythmiaLabels, options) { BeatJudge = BeatJudge, Choice = choice };
}
