using AnyEcg.Signal;

namespace AnyEcg.Protocol;

/// <summary>
/// Codes of leads in ISO/IEEE 11073-10101: partition 2, so the 32-bit code is 131072 + term. A lead without a code that we are
/// sure of has none.
/// </summary>
public static class LeadCodes
{
    private const int Partition2 = 2 << 16;

    private static readonly (Lead Lead, int Term)[] Table =
    [
        (Lead.I, 1), (Lead.II, 2), (Lead.III, 61), (Lead.AVR, 62), (Lead.AVL, 63), (Lead.AVF, 64),
        (Lead.V1, 3), (Lead.V2, 4), (Lead.V3, 5), (Lead.V4, 6), (Lead.V5, 7), (Lead.V6, 8),
    ];

    /// <summary>The lead of a 32-bit code, or null.</summary>
    public static Lead? Find(int mdc)
    {
        foreach ((Lead lead, int term) in Table)
        {
            if (Partition2 + term == mdc)
                return lead;
        }

        return null;
    }

    /// <summary>The 32-bit code of a lead, or null.</summary>
    public static int? Of(Lead lead)
    {
        foreach ((Lead known, int term) in Table)
        {
            if (known == lead)
                return Partition2 + term;
        }

        return null;
    }
}
