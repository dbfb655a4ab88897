namespace AnyEcg.Tool;

/// <summary>True positives, false negatives and false positives. Sensitivity and predictivity are null where nothing was there to find, or nothing found.</summary>
internal readonly record struct Tally(long Tp, long Fn, long Fp)
{
    public double? Se => Ratio(Tp, Tp + Fn);

    public double? Ppv => Ratio(Tp, Tp + Fp);

    public static Tally operator +(Tally a, Tally b) => new(a.Tp + b.Tp, a.Fn + b.Fn, a.Fp + b.Fp);

    public static double? Ratio(double part, double whole) => whole > 0 ? part / whole : null;
}
