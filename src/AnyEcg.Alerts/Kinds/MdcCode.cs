namespace AnyEcg.Alerts;

/// <summary>A code of ISO/IEEE 11073-10101, partition 3 (events).</summary>
/// <param name="Term">Number within the partition.</param>
/// <param name="RefId">Reference identifier of the published term list; null where only the number is known.</param>
/// <param name="FromDriver">True where the number comes from device drivers, not from the published term list.</param>
public sealed record MdcCode(int Term, string? RefId, bool FromDriver)
{
    /// <summary>First 32-bit code of partition 3.</summary>
    public const int PartitionBase = 196608;

    /// <summary>The context-free 32-bit code.</summary>
    public int Code => PartitionBase + Term;
}
