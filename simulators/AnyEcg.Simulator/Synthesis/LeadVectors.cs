namespace AnyEcg.Simulator;

/// <summary>
/// From the heart's dipole (x to the left, y to the feet, z to the back, millivolts) to the leads: the transformation of Dower,
/// Machado and Osborne, "On deriving the electrocardiogram from vectorcardiographic leads", Clinical Cardiology 3, 1980. The other
/// limb leads follow from I and II by Einthoven and Goldberger.
/// </summary>
internal static class LeadVectors
{
    private static readonly Dipole One = new(0.632, -0.235, 0.059), Two = new(0.235, 1.066, -0.132);

    private static readonly Dictionary<string, Dipole> Table = new(StringComparer.OrdinalIgnoreCase)
    {
        ["I"] = One,
        ["II"] = Two,
        ["III"] = Two + (-1 * One),
        ["aVR"] = -0.5 * (One + Two),
        ["aVL"] = One + (-0.5 * Two),
        ["aVF"] = Two + (-0.5 * One),
        ["V1"] = new(-0.515, 0.157, -0.917),
        ["V2"] = new(0.044, 0.164, -1.387),
        ["V3"] = new(0.882, 0.098, -1.277),
        ["V4"] = new(1.213, 0.127, -0.601),
        ["V5"] = new(1.125, 0.127, -0.086),
        ["V6"] = new(0.831, 0.076, 0.230),

        // A modified limb lead and a patch on the left chest see about what II and V4 do.
        ["MLII"] = Two,
        ["ECG"] = 0.7 * new Dipole(1.0, 0.8, -0.3),
    };

    public static IEnumerable<string> Names => Table.Keys;

    /// <summary>The direction of a lead; null for one that the model does not know.</summary>
    public static Dipole? Find(string name) => Table.TryGetValue(name, out Dipole vector) ? vector : null;
}

/// <summary>A dipole, or the direction from which a lead looks at it.</summary>
internal readonly record struct Dipole(double X, double Y, double Z)
{
    public static Dipole operator +(Dipole a, Dipole b) => new(a.X + b.X, a.Y + b.Y, a.Z + b.Z);

    public static Dipole operator *(double s, Dipole d) => new(s * d.X, s * d.Y, s * d.Z);

    public double Dot(Dipole other) => (X * other.X) + (Y * other.Y) + (Z * other.Z);
}
