using AnyEcg.Signal;

namespace AnyEcg.Tool;

/// <summary>The names of rhythms in the tool's JSON documents, in the order of <see cref="RhythmClass"/>.</summary>
internal static class RhythmKeys
{
    public static readonly string[] All = ["sinus", "af", "afl", "svt", "vt", "vf", "paced", "other", "unreadable"];

    public static string Of(RhythmClass rhythm) => All[(int)rhythm];
}
