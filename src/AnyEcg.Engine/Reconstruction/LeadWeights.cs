using AnyEcg.Signal;

namespace AnyEcg.Engine;

/// <summary>The standard leads as weights of I, II, V1 ... V6 (Einthoven 1908, Goldberger 1942).</summary>
internal static class LeadWeights
{
    /// <summary>Whether a lead is one of the twelve.</summary>
    public static bool IsStandard(Lead lead) => lead <= Lead.V6;

    public static bool IsLimb(Lead lead) => lead <= Lead.AVF;

    /// <summary>A limb lead as a part of I and a part of II.</summary>
    public static (double OfI, double OfII) Limb(Lead lead) => lead switch
    {
        Lead.I => (1, 0),
        Lead.II => (0, 1),
        Lead.III => (-1, 1),
        Lead.AVR => (-0.5, -0.5),
        Lead.AVL => (1, -0.5),
        Lead.AVF => (-0.5, 1),
        _ => throw new ArgumentOutOfRangeException(nameof(lead), lead, "not a limb lead"),
    };

    /// <summary>A lead of the plane of I and II from two others: <c>a * first + b * second</c>.</summary>
    public static (double A, double B) FromTwo(Lead wanted, Lead first, Lead second)
    {
        (double wi, double wii) = Limb(wanted);
        (double fi, double fii) = Limb(first);
        (double si, double sii) = Limb(second);
        double area = fi * sii - fii * si;
        return ((wi * sii - wii * si) / area, (fi * wii - fii * wi) / area);
    }
}
