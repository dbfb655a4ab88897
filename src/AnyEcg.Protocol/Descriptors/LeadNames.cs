using System.Collections.Frozen;
using AnyEcg.Signal;

namespace AnyEcg.Protocol;

/// <summary>
/// Names of leads, as devices and WFDB headers write them, and their codes in ISO/IEEE 11073-10101 (partition 2, so the 32-bit
/// code is 131072 + term). A lead without a code that we are sure of has none.
/// </summary>
public static class LeadNames
{
    private const int Partition2 = 2 << 16;

    private static readonly (Lead Lead, string Name, int? Term)[] Table =
    [
        (Lead.I, "I", 1),
        (Lead.II, "II", 2),
        (Lead.III, "III", 61),
        (Lead.AVR, "aVR", 62),
        (Lead.AVL, "aVL", 63),
        (Lead.AVF, "aVF", 64),
        (Lead.V1, "V1", 3),
        (Lead.V2, "V2", 4),
        (Lead.V3, "V3", 5),
        (Lead.V4, "V4", 6),
        (Lead.V5, "V5", 7),
        (Lead.V6, "V6", 8),
        (Lead.ModifiedLimb, "MLII", null),
        (Lead.PrecordialUnknown, "V", null),
        (Lead.Unknown, "ECG", null),
    ];

    private static readonly FrozenDictionary<string, Lead> ByName = Names().ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The lead of a name, case not minded; <see cref="Lead.Unknown"/> for a name that says nothing.</summary>
    public static Lead Find(string name) => ByName.GetValueOrDefault(name.Trim(), Lead.Unknown);

    /// <summary>The lead of a 32-bit MDC code, or null.</summary>
    public static Lead? FindMdc(int mdc)
    {
        foreach ((Lead lead, _, int? term) in Table)
        {
            if (term is int code && Partition2 + code == mdc)
                return lead;
        }

        return null;
    }

    /// <summary>The name to write for a lead.</summary>
    public static string NameOf(Lead lead) => Table[(int)lead].Name;

    /// <summary>The 32-bit MDC code of a lead, or null.</summary>
    public static int? MdcOf(Lead lead) => Table[(int)lead].Term is int term ? Partition2 + term : null;

    private static Dictionary<string, Lead> Names()
    {
        Dictionary<string, Lead> names = Table.ToDictionary(row => row.Name, row => row.Lead, StringComparer.OrdinalIgnoreCase);
        foreach (string limb in (string[])["MLI", "MLIII", "ML"])
            names[limb] = Lead.ModifiedLimb;

        // Chest leads of ambulatory recorders: bipolar, so near a V lead but not one.
        foreach (string chest in (string[])["MCL1", "MCL6", "CM1", "CM2", "CM4", "CM5", "CC5", "MV1", "MV2", "MV5", "V1-V2", "V2-V3", "V4-V5"])
            names[chest] = Lead.PrecordialUnknown;
        return names;
    }
}
