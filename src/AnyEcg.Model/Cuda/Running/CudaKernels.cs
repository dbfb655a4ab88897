namespace AnyEcg.Model;

/// <summary>The kernels of a step, by their names in the sources.</summary>
internal sealed class CudaKernels(KernelModule module)
{
    public Kernel Rotary { get; } = module.Get("rotary");

    public Kernel Tokenize { get; } = module.Get("tokenize");

    public Kernel AddLead { get; } = module.Get("add_lead");

    public Kernel Quantize { get; } = module.Get("quantize");

    public Kernel Norm1 { get; } = module.Get("norm1");

    public Kernel Prepare { get; } = module.Get("prepare");

    public Kernel Attend { get; } = module.Get("attend");

    public Kernel AttendBehind { get; } = module.Get("attend_behind");

    public Kernel Append { get; } = module.Get("append");

    public Kernel Norm2 { get; } = module.Get("norm2");

    public Kernel FinalNorm { get; } = module.Get("final_norm");

    public Kernel Beats { get; } = module.Get("beats");

    public Kernel GatherBefore { get; } = module.Get("gather_before");

    public Kernel Surprise { get; } = module.Get("surprise");

    public Kernel Pool { get; } = module.Get("pool");

    public Kernel Epoch { get; } = module.Get("epoch");

    public Kernel RowScores { get; } = module.Get("row_scores");

    public Kernel Reconstruct { get; } = module.Get("reconstruct");

    public Kernel Keep { get; } = module.Get("keep");

    /// <summary>By name; for measurements.</summary>
    public IReadOnlyDictionary<string, Kernel> ByName() => new[]
    {
        Rotary, Tokenize, AddLead, Quantize, Norm1, Prepare, Attend, AttendBehind, Append, Norm2, FinalNorm, Beats, GatherBefore, Surprise, Pool, Epoch, RowScores, Reconstruct, Keep,
    }.ToDictionary(kernel => kernel.Name);
}
