namespace AnyEcg.Signal;

/// <summary>Lead names as devices and recordings write them. One table for both, so that a file and a device with the same names are the same leads.</summary>
public static class LeadNames
{
    /// <summary>The name to write for each lead, in the order of <see cref="Lead"/>.</summary>
    private static readonly string[] Written =
        ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6", "MLII", "V", "ECG"];

    private static readonly Dictionary<string, Lead> Known = Names();

    /// <summary>The lead that a name or description means, case not minded; <see cref="Lead.Unknown"/> for "ECG", an empty one and any other.</summary>
    public static Lead Parse(string description)
    {
        ArgumentNullException.ThrowIfNull(description);
        string name = description.Trim();
        foreach (string prefix in (ReadOnlySpan<string>)["ECG ", "lead "])
        {
            if (name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                name = name[prefix.Length..].Trim();
        }

        return Known.GetValueOrDefault(name, Lead.Unknown);
    }

    /// <summary>The name to write for a lead; <see cref="Parse"/> reads it back.</summary>
    public static string NameOf(Lead lead) => Written[(int)lead];

    private static Dictionary<string, Lead> Names()
    {
        Dictionary<string, Lead> names = new(StringComparer.OrdinalIgnoreCase);
        for (int lead = 0; lead < Written.Length; lead++)
            names[Written[lead]] = (Lead)lead;
        foreach (string limb in (ReadOnlySpan<string>)["MLI", "MLIII"])
            names[limb] = Lead.ModifiedLimb;

        // Chest leads of ambulatory recorders: bipolar, so near a V lead but not one.
        foreach (string chest in (ReadOnlySpan<string>)["C", "MCL1", "MCL6", "CM1", "CM2", "CM4", "CM5", "CC5", "CS5", "MV1", "MV2", "MV5"])
            names[chest] = Lead.PrecordialUnknown;
        return names;
    }
}
