namespace AnyEcg.Model;

/// <summary>How much a CPU runner may take at once. Memory for all of it is reserved when the model is loaded.</summary>
public sealed record CpuModelOptions
{
    /// <summary>Threads that compute, the caller's included; 0 for one per processor.</summary>
    public int Threads { get; init; }

    /// <summary>Most streams open at once.</summary>
    public int MaxSlots { get; init; } = 1024;

    /// <summary>Most leads of all open streams together; each costs <c>Info.BytesPerLead</c> once it is used.</summary>
    public int MaxLeadSlots { get; init; } = 2048;

    /// <summary>Most rows of one plan.</summary>
    public int MaxRows { get; init; } = 256;

    /// <summary>Most tokens of one plan.</summary>
    public int MaxTokens { get; init; } = 1024;

    /// <summary>
    /// Products of the encoder in bfloat16 on the processor's matrix units, where oneDNN 2 and a processor with AMX are there; else
    /// everything is float32 as without it.
    /// </summary>
    public bool UseMatrixUnits { get; init; }

    /// <summary>Compute heads that were never trained as well: for tests and benchmarks.</summary>
    public bool UntrainedHeads { get; init; }

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Threads);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxSlots);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxLeadSlots);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxRows);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxTokens, MaxRows);
    }
}
