using System.Text.Json;

namespace AnyEcg.Signal;

/// <summary>Facts on <see cref="BeatFeature"/>.</summary>
public static class BeatFeatures
{
    /// <summary>Features that are the same on all leads; they come first.</summary>
    public const int SharedCount = (int)BeatFeature.Likeness;

    /// <summary>Features of a row.</summary>
    public const int Count = (int)BeatFeature.LikenessMean + 1;

    /// <summary>A name for each feature, in order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Enum.GetNames<BeatFeature>().Select(JsonNamingPolicy.CamelCase.ConvertName)];

    /// <summary>Natural logarithm of a ratio, within +-2; 0 where one side is unknown (not above 0).</summary>
    internal static float Log(float value, float reference) =>
        value > 0 && reference > 0 ? Math.Clamp(MathF.Log(value / reference), -2, 2) : 0;

    internal static void Set(this Span<float> row, BeatFeature feature, float value) => row[(int)feature] = value;
}
