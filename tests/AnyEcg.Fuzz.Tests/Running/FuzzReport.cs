namespace AnyEcg.Fuzz.Tests;

/// <summary>One input that a decoder did not bear.</summary>
/// <param name="Input">Its number within the run; with the run's seed it can be made again.</param>
/// <param name="Fault">What happened.</param>
/// <param name="Bytes">The input.</param>
internal sealed record FuzzFinding(long Input, string Fault, byte[] Bytes);

/// <summary>What a run over one target saw.</summary>
internal sealed class FuzzReport
{
    public required string Target { get; init; }

    public long Inputs { get; set; }

    public long Taken { get; set; }

    public long Refused { get; set; }

    public long InputBytes { get; set; }

    /// <summary>Most bytes that one input allocated.</summary>
    public long MostAllocated { get; set; }

    /// <summary>The largest share of its bound that one input allocated, 0 to 1 if all is well.</summary>
    public double MostOfBound { get; set; }

    /// <summary>The longest that one input took, the best of its repetitions where the first was slow.</summary>
    public TimeSpan Slowest { get; set; }

    /// <summary>The first few; the run stops when there are too many.</summary>
    public List<FuzzFinding> Findings { get; } = [];
}
