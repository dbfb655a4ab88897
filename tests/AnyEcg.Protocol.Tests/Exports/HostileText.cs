using System.Text;
using AnyEcg.Alerts;
using FsCheck;
using FsCheck.Fluent;

namespace AnyEcg.Protocol.Tests;

/// <summary>Text that wants to break out of where it stands: delimiters, quotes, tags, line ends, control characters, halves of surrogate pairs.</summary>
internal static class HostileText
{
    private static readonly string[] Parts =
    [
        "a", "7", " ", "|", "^", "~", "\\", "&", "\r", "\n", "\0", "\x0B", "\x1C", "\x7F", "\u0085", "\u2028", "\"", "'", "<", ">", "</text>", "]]>", "<!--", "&amp;",
        "\\F\\", "\\X0D\\", "\rMSH|", "{", "}", "\ud83d", "\ude00", "\ud83d\ude00", "\u00e9", "\ufffe", "\uffff",
    ];

    public static Arbitrary<string> Arbitrary { get; } = Gen.ArrayOf(Gen.Elements(Parts)).Select(parts => string.Concat(parts.Take(64))).ToArbitrary();

    /// <summary>An alert with the text wherever a text can stand.</summary>
    public static AlertTransition In(AlertTransition alert, string text) => alert with
    {
        Group = text,
        Stream = text,
        Limit = text,
        PriorityWas = AlertPriority.Low,
        PriorityReason = text,
        Action = new TransitionAction(TransitionActionKind.Acknowledge, text, text, Alerts.EpochNs),
        Retraction = text,
    };

    /// <summary>What FHIR is given: control characters and broken pairs replaced.</summary>
    public static string Plain(string text) => string.Concat(Whole(text).EnumerateRunes().Select(r => Rune.IsControl(r) ? "\ufffd" : r.ToString()));

    /// <summary>Broken pairs replaced.</summary>
    public static string Whole(string text) => string.Concat(text.EnumerateRunes().Select(r => r.ToString()));
}
