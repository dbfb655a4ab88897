using AnyEcg.Signal;

namespace AnyEcg.Recordings;

/// <summary>Lead names as recordings write them.</summary>
public static class LeadNames
{
    private static readonly Dictionary<string, Lead> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        ["I"] = Lead.I,
        ["II"] = Lead.II,
        ["III"] = Lead.III,
        ["aVR"] = Lead.AVR,
        ["aVL"] = Lead.AVL,
        ["aVF"] = Lead.AVF,
        ["V1"] = Lead.V1,
        ["V2"] = Lead.V2,
        ["V3"] = Lead.V3,
        ["V4"] = Lead.V4,
        ["V5"] = Lead.V5,
        ["V6"] = Lead.V6,
        ["MLI"] = Lead.ModifiedLimb,
        ["MLII"] = Lead.ModifiedLimb,
        ["MLIII"] = Lead.ModifiedLimb,
        ["V"] = Lead.PrecordialUnknown,
        ["C"] = Lead.PrecordialUnknown,
        ["MCL1"] = Lead.PrecordialUnknown,
        ["MCL6"] = Lead.PrecordialUnknown,
        ["CM5"] = Lead.PrecordialUnknown,
        ["CS5"] = Lead.PrecordialUnknown,
    };

    /// <summary>The lead that a signal's description names; <see cref="Lead.Unknown"/> for "ECG", an empty one and any other.</summary>
    public static Lead Parse(string description)
    {
        ArgumentNullException.ThrowIfNull(description);
        string name = description.Trim();
        foreach (string prefix in (ReadOnlySpan<string>)["ECG ", "lead "])
        {
            if (name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            {
                name = name[prefix.Length..].Trim();
            }
        }

        return Known.GetValueOrDefault(name, Lead.Unknown);
    }
}
