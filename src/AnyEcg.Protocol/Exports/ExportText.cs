using System.Buffers;
using System.Numerics;
using System.Text;
using AnyEcg.Alerts;

namespace AnyEcg.Protocol;

/// <summary>What both exporters say alike: names of leads and texts that come from strangers.</summary>
internal static class ExportText
{
    /// <summary>Software that judged the signal, as both standards name it.</summary>
    public const string Software = "AnyEcg.Stream";

    /// <summary>Identifier system of a stream; its values are {group}/{stream}. The same as for frames in FHIR.</summary>
    public const string StreamSystem = "urn:anyecg:stream";

    public static string StreamOf(AlertTransition alert) => $"{alert.Group}/{alert.Stream}";

    /// <summary>Names of the leads that were present; a lead without a name is its index.</summary>
    public static IEnumerable<string> Leads(AlertTransition alert, AlertContext context)
    {
        for (uint leads = alert.Leads; leads != 0; leads &= leads - 1)
        {
            int index = BitOperations.TrailingZeroCount(leads);
            yield return index < context.LeadNames.Length ? context.LeadNames[index] : FormattableString.Invariant($"#{index}");
        }
    }

    /// <summary>The text with every control character and every half of a surrogate pair as U+FFFD: FHIR strings hold neither.</summary>
    public static string Plain(string text)
    {
        StringBuilder plain = new(text.Length);
        for (ReadOnlySpan<char> rest = text; Rune.DecodeFromUtf16(rest, out Rune rune, out int length) is var status && length > 0; rest = rest[length..])
            plain.Append(status == OperationStatus.Done && !Rune.IsControl(rune) ? rune.ToString() : "\uFFFD");
        return plain.ToString();
    }
}
