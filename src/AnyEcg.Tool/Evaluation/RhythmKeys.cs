using AnyEcg.Signal;

namespace AnyEcg.Tool;

/// <summary>The names of rhythms in the tool's JSON documents.</summary>
internal static class RhythmKeys
{
    /// <summary>VT and VF or flutter as one: what a monitor must call, whichever of the two it says.</summary>
    public const string Ventricular = "ventricular";

    /// <summary>In the order of <see cref="RhythmClass"/>.</summary>
    public static readonly string[] All = ["sinus", "af", "afl", "svt", "vt", "vf", "paced", "other", "unreadable"];

    /// <summary>The rhythms whose episodes are scored, and the classes that each is made of.</summary>
    public static readonly (string Key, RhythmClass[] Classes)[] Scored =
    [
        ("af", [RhythmClass.AtrialFibrillation]),
        ("afl", [RhythmClass.AtrialFlutter]),
        ("svt", [RhythmClass.SupraventricularTachycardia]),
        ("vt", [RhythmClass.VentricularTachycardia]),
        ("vf", [RhythmClass.VentricularFibrillation]),
        (Ventricular, [RhythmClass.VentricularTachycardia, RhythmClass.VentricularFibrillation]),
    ];

    public static string Of(RhythmClass rhythm) => All[(int)rhythm];
}
