namespace AnyEcg.Signal;

/// <summary>The features of a beat candidate, in the order of a row: what all leads share, then one lead's own.</summary>
public static class BeatFeatures
{
    private static readonly string[] Shared =
    [
        "mass", "known", "rr/med8", "rr/med32", "rr/mean128", "rr/rr1", "rr1/med32", "rr2/med32", "rr/q90", "rr/q10", "rr",
        "rr/max8", "iqr8", "jitter32", "spread64", "rr/normal32", "likeness1", "likeness2", "rr1/normal32", "count", "pair/med32", "rr/rr2",
        "rr/anchor", "rr/upper", "rr/q75", "rr1/anchor", "run", "steps32",
    ];

    private static readonly string[] OfLead =
    [
        "likeness", "otherLikeness", "share", "amplitude", "area", "width", "spread", "slope", "ownWidth", "ownSpread", "ownArea", "st",
        "previous", "pLikeness", "pEnergy", "pHeight", "pChange", "noise", "height", "before", "after", "doubtful", "learned",
        "classical", "classicalKnown", "dominantWidth", "dominantArea", "ownSt", "settled",
        "pStable", "likenessMean",
    ];

    /// <summary>Points of the wave and of the dominant template that end a row.</summary>
    public const int WavePoints = 24;

    /// <summary>Features that are the same on all leads.</summary>
    public static int SharedCount => Shared.Length;

    /// <summary>Features of a row.</summary>
    public static int Count => Shared.Length + OfLead.Length + 2 * WavePoints;

    /// <summary>A name for each feature, in order.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. Shared, .. OfLead,
        .. Enumerable.Range(0, WavePoints).Select(i => "wave" + i.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        .. Enumerable.Range(0, WavePoints).Select(i => "template" + i.ToString(System.Globalization.CultureInfo.InvariantCulture)),
    ];

    /// <summary>Natural logarithm of a ratio, within +-2; 0 where one side is unknown (not above 0).</summary>
    internal static float Log(float value, float reference) =>
        value > 0 && reference > 0 ? Math.Clamp(MathF.Log(value / reference), -2, 2) : 0;
}
