namespace AnyEcg.Protocol;

/// <summary>The codes of a kind of alert; null where there is none.</summary>
/// <param name="Mdc">32-bit code of ISO/IEEE 11073-10101.</param>
/// <param name="MdcName">Reference id that goes with it, e.g. MDC_EVT_ECG_ASYSTOLE.</param>
/// <param name="MdcUnlisted">True for a code seen in device drivers but not in the published list of terms.</param>
/// <param name="Snomed">SNOMED CT concept.</param>
public sealed record AlertCodes(int? Mdc = null, string? MdcName = null, bool MdcUnlisted = false, long? Snomed = null)
{
    public static AlertCodes None { get; } = new();
}
