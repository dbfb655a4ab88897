using System.Globalization;
using System.Text.Json;
using AnyEcg.Signal;

namespace AnyEcg.Protocol;

/// <summary>
/// Which lead of a descriptor a component's code means: by ISO/IEEE 11073-10101, as the number of the lead (MDC_ECG_LEAD_..) or of
/// its potential (MDC_ECG_ELEC_POTL_.., 256 higher) or as either's reference id; else by a name in display or text.
/// </summary>
internal static class FhirLeads
{
    private const int PotentialOfLead = 256;

    private static readonly string[] Prefixes = ["MDC_ECG_ELEC_POTL_", "MDC_ECG_LEAD_"];

    /// <summary>The lead's index, or -1 for none.</summary>
    public static int Find(JsonElement component, StreamDescriptor descriptor)
    {
        if (!component.TryObject("code", out JsonElement concept))
            return -1;
        if (concept.TryGetProperty("coding", out JsonElement codings) && codings.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement coding in codings.EnumerateArray())
            {
                int lead = coding.ValueKind == JsonValueKind.Object ? FindCoding(coding, descriptor) : -1;
                if (lead >= 0)
                    return lead;
            }
        }

        return concept.TryText("text", out string? text) && text is not null ? FindName(text, descriptor) : -1;
    }

    private static int FindCoding(JsonElement coding, StreamDescriptor descriptor)
    {
        if (coding.TryText("code", out string? code) && code is not null)
        {
            Lead lead = int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
                ? LeadCodes.Find(number) ?? LeadCodes.Find(number - PotentialOfLead) ?? Lead.Unknown
                : LeadNames.Parse(Prefixes.Where(code.StartsWith).Select(prefix => code[prefix.Length..]).FirstOrDefault("?"));
            int found = Index(descriptor, known => lead != Lead.Unknown && known.Lead == lead);
            if (found >= 0)
                return found;
        }

        return coding.TryText("display", out string? display) && display is not null ? FindName(display, descriptor) : -1;
    }

    private static int FindName(string name, StreamDescriptor descriptor)
    {
        int exact = Index(descriptor, lead => string.Equals(lead.Name, name, StringComparison.OrdinalIgnoreCase));
        Lead parsed = LeadNames.Parse(name);
        return exact >= 0 || parsed == Lead.Unknown ? exact : Index(descriptor, lead => lead.Lead == parsed);
    }

    private static int Index(StreamDescriptor descriptor, Func<LeadDescriptor, bool> matches)
    {
        for (int i = 0; i < descriptor.Leads.Length; i++)
        {
            if (matches(descriptor.Leads[i]))
                return i;
        }

        return -1;
    }
}
