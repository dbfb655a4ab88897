using System.Collections.Immutable;
using AnyEcg.Signal;

namespace AnyEcg.Protocol;

/// <summary>What makes a stream descriptor usable. The limits keep the signal path finite whatever a device claims.</summary>
internal static class DescriptorRules
{
    private const int MaxNameLength = 32, MaxAge = 130;

    /// <summary>One volt per step: a thousand times the whole ECG, so only a mistake is above it.</summary>
    private const double MaxMicrovoltsPerLsb = 1e6;

    public static DescriptorRejection Validate(StreamDescriptor d)
    {
        if (!(d.SampleRateHz is >= StreamFormat.MinSampleRateHz and <= StreamFormat.MaxSampleRateHz))
            return DescriptorRejection.SampleRate;
        if (d.Leads.IsDefault || d.Leads.Length is 0 or > LeadSet.MaxLeads)
            return DescriptorRejection.LeadCount;

        DescriptorRejection leads = Leads(d.Leads);
        if (leads != DescriptorRejection.None)
            return leads;
        if (!PerLead(d.MicrovoltsPerLsb, d.Leads.Length, uv => uv is > 0 and <= MaxMicrovoltsPerLsb))
            return DescriptorRejection.Gain;
        if (!PerLead(d.Baseline, d.Leads.Length, Code))
            return DescriptorRejection.Baseline;
        if (d.AdcRange is { } range && !PerLead(range, d.Leads.Length, r => Code(r.Min) && Code(r.Max) && r.Min < r.Max))
            return DescriptorRejection.AdcRange;
        if (d.Mains is not (MainsFrequency.Off or MainsFrequency.Hz50 or MainsFrequency.Hz60))
            return DescriptorRejection.Mains;
        if (d.ContentType is not null && !FrameDecoder.Knows(d.ContentType))
            return DescriptorRejection.ContentType;
        return d.Age is < 0 or > MaxAge ? DescriptorRejection.Age : DescriptorRejection.None;
    }

    private static DescriptorRejection Leads(ImmutableArray<LeadDescriptor> leads)
    {
        foreach (LeadDescriptor lead in leads)
        {
            if (lead.Name.Length is 0 or > MaxNameLength || lead.Name.Any(char.IsControl))
                return DescriptorRejection.LeadName;

            Lead byName = LeadNames.Parse(lead.Name);
            if (byName != Lead.Unknown && byName != lead.Lead)
                return DescriptorRejection.LeadConflict;
        }

        return DescriptorRejection.None;
    }

    private static bool Code(double value) => Math.Abs(value) <= FrameLimits.MaxMagnitude;

    private static bool PerLead<T>(ImmutableArray<T> values, int leads, Func<T, bool> good)
        => !values.IsDefault && (values.Length == leads || values.Length == 1) && values.All(good);
}
