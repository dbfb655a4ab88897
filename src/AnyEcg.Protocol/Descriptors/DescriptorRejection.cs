namespace AnyEcg.Protocol;

/// <summary>Why a stream descriptor was refused. Each is a counter's label; see <see cref="Rejections"/> for the names.</summary>
public enum DescriptorRejection : byte
{
    None,

    /// <summary>Not JSON, or a field missing, twice, or of the wrong kind.</summary>
    BadJson,

    /// <summary>More than <see cref="DescriptorJson.MaxBytes"/>.</summary>
    TooLarge,

    /// <summary>It names another group or stream than its topic.</summary>
    StreamMismatch,

    /// <summary>Missing, zero, not finite, or outside 100 to 1000 Hz.</summary>
    SampleRate,

    /// <summary>No lead or more than 16.</summary>
    LeadCount,

    /// <summary>A lead name that is empty, longer than 32 characters or has control characters.</summary>
    LeadName,

    /// <summary>A lead whose name and MDC code are two different leads.</summary>
    LeadConflict,

    /// <summary>Microvolts per step: missing, not above zero, beyond a million, or not one for each lead.</summary>
    Gain,

    /// <summary>Baseline: not finite, beyond 24 bits, or not one for each lead.</summary>
    Baseline,

    /// <summary>Converter range: one end without the other, lowest not below highest, or not one for each lead.</summary>
    AdcRange,

    /// <summary>Mains frequency other than 0, 50 and 60.</summary>
    Mains,

    /// <summary>A clock kind that is none of the three.</summary>
    Clock,

    /// <summary>A content type that no codec answers to.</summary>
    ContentType,

    /// <summary>Age below 0 or above 130.</summary>
    Age,

    /// <summary>A sex that is none of the four.</summary>
    Sex,
}
