namespace AnyEcg.Model;

/// <summary>Which card a CUDA runner takes, and how much it may take at once.</summary>
public sealed record CudaModelOptions
{
    /// <summary>Ordinal of the card among those that the driver shows (CUDA_VISIBLE_DEVICES applies).</summary>
    public int Device { get; init; }

    /// <summary>Folders to look for NVRTC and cuBLASLt in, before the usual places.</summary>
    public IReadOnlyList<string> Libraries { get; init; } = [];

    /// <summary>Folder of compiled kernels; empty for the user's cache folder.</summary>
    public string KernelCache { get; init; } = "";

    /// <summary>Most streams open at once.</summary>
    public int MaxSlots { get; init; } = 131_072;

    /// <summary>Most leads of all open streams together; fewer where the card's memory ends.</summary>
    public int MaxLeadSlots { get; init; } = 131_072;

    /// <summary>Most rows of one plan.</summary>
    public int MaxRows { get; init; } = 16_384;

    /// <summary>Most tokens of one plan.</summary>
    public int MaxTokens { get; init; } = 32_768;

    /// <summary>
    /// Most tokens that are computed together, 16 to 65,536, rounded up to a power of two. A larger plan is computed in several passes; copies of
    /// one overlap the computation of another. Memory for one pass is reserved: 19 KB a token at size S.
    /// </summary>
    public int MaxPassTokens { get; init; } = 16_384;

    /// <summary>Everything in float32 in place of bfloat16, rings too: for tests. Slower, and twice the memory.</summary>
    public bool FullPrecision { get; init; }

    /// <summary>Compute heads that were never trained as well: for tests and benchmarks.</summary>
    public bool UntrainedHeads { get; init; }

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Device);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxSlots);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxLeadSlots);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxRows);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxTokens, MaxRows);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxPassTokens, CudaBuckets.Least);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxPassTokens, CudaBuckets.Most);
    }
}
