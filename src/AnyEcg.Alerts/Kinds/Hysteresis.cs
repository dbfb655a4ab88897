namespace AnyEcg.Alerts;

/// <summary>
/// On after <paramref name="On"/> of <paramref name="OnOf"/> seconds at or above the onset threshold, off after
/// <paramref name="Off"/> of <paramref name="OffOf"/> seconds below the offset threshold; event time, 1 to 60 seconds.
/// </summary>
public readonly record struct Hysteresis(int On, int OnOf, int Off, int OffOf)
{
    /// <summary>Longest span in seconds: the history of a kind is kept as the bits of one 64-bit word.</summary>
    public const int MaxSeconds = 60;

    public bool IsValid =>
        On >= 1 && On <= OnOf && OnOf <= MaxSeconds && Off >= 1 && Off <= OffOf && OffOf <= MaxSeconds;
}
