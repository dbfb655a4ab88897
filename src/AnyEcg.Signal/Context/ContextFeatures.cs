namespace AnyEcg.Signal;

/// <summary>The vector of context features of a second: its size, names, and how raw values become standard ones.</summary>
public static class ContextFeatures
{
    /// <summary>Values a second.</summary>
    public const int Count = (int)ContextFeature.Doubt + 1;

    /// <summary>Raised with every change of meaning, order or scale: a network trained on other features must not be served.</summary>
    public const int Version = 1;

    /// <summary>Beyond this many scales from the centre a value is cut.</summary>
    public const float Limit = 4;

    /// <summary>Centre and scale of each raw value: median and half the range of 16-84 % over training records, rounded.</summary>
    private static readonly (float Centre, float Scale)[] Standard =
    [
        (0.5f, 0.5f), (0.5f, 0.5f), (-0.24f, 0.33f), (-0.24f, 0.33f), // Coverage10 Coverage60 RateNow Rate10
        (-0.24f, 0.33f), (0.1f, 0.2f), (-0.11f, 0.27f), (-0.76f, 0.68f), // Rate60 Longest10 Shortest10 Silence
        (0.8f, 0.2f), (0.9f, 0.15f), (-2.5f, 1.1f), (-2.1f, 1.1f), // Quality Agreement Variation10 Variation30
        (-2f, 1f), (-2.9f, 1.2f), (-3f, 1.1f), (-3f, 1.1f), // Variation60 MedianStep10 MedianStep30 MedianStep60
        (-1.8f, 1.2f), (0.4f, 0.35f), (0.3f, 0.3f), (0.58f, 0.12f), // RootStep30 StepsOver50Ms30 StepsOverTenth60 TurningPoints60
        (0.53f, 0.27f), (0.48f, 0.63f), (0.5f, 0.4f), (0.35f, 0.3f), // Entropy60 SampleEntropy PlotOrigin60 PlotCells60
        (0.1f, 0.1f), (0.04f, 0.28f), (0.03f, 0.25f), (0.52f, 0.31f), // PlotPremature60 EverySecond60 EveryThird60 PConsistency10
        (0.47f, 0.31f), (-2.3f, 0.64f), (-3.6f, 0.86f), (-2.7f, 2f), // PConsistency30 PSize AtrialResidue AtrialRoughness
        (0.29f, 0.14f), (4.2f, 0.73f), (0.2f, 0.3f), (0.2f, 0.3f), // AtrialPeak AtrialHz Deviating10 Deviating30
        (0.2f, 0.3f), (0.8f, 0.25f), (0.6f, 0.8f), (3.4f, 0.47f), // Deviating60 ShapeNow DeviatingRun10 Width
        (0f, 0.15f), (0.1f, 0.15f), (0.1f, 0.15f), (0.24f, 0.18f), // WidthNow PrematureWide60 PrematureNarrow60 Crossings4
        (0.24f, 0.17f), (0.78f, 0.068f), (0.78f, 0.065f), (0.96f, 0.55f), // Crossings8 Leakage4 Leakage8 PeakHz
        (0.28f, 0.12f), (0.75f, 0.58f), (-2.3f, 1.3f), (2.1f, 0.69f), // PeakShare Moment FastShare Kurtosis
        (0.67f, 0.21f), (-0.72f, 0.37f), (-1.7f, 0.73f), (0.25f, 0.71f), // Still Slope Size Range
        (7f, 2.6f), (0.42f, 0.32f), (0.34f, 0.3f), (-4.5f, 0.71f), // ZeroCrossings Regularity4 Regularity8 Noise
        (0.25f, 0.5f), // Doubt
    ];

    /// <summary>The names, in the order of the values.</summary>
    public static IReadOnlyList<string> Names { get; } = Enum.GetNames<ContextFeature>();

    /// <summary>Centres, scales and cuts the raw values in place; what is not a number becomes neutral, 0.</summary>
    internal static void Standardise(Span<float> values)
    {
        for (int i = 0; i < Count; i++)
        {
            float value = (values[i] - Standard[i].Centre) / Standard[i].Scale;
            values[i] = float.IsNaN(value) ? 0 : Math.Clamp(value, -Limit, Limit);
        }
    }
}
