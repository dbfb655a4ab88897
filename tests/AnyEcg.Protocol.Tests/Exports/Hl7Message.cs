using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace AnyEcg.Protocol.Tests;

/// <summary>A plain reader of HL7 v2, written from the standard and not from our writer.</summary>
internal sealed partial class Hl7Message
{
    private readonly string[][] segments;

    public Hl7Message(string text)
    {
        Assert.EndsWith("\r", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', text);
        segments = [.. text[..^1].Split('\r').Select(line => line.Split('|'))];
    }

    public IEnumerable<string> Names => segments.Select(s => s[0]);

    /// <summary>A field as it stands; of the header, field 1 is the separator.</summary>
    public string Raw(int segment, int field)
    {
        int index = segments[segment][0] == "MSH" ? field - 1 : field;
        return index < segments[segment].Length ? segments[segment][index] : "";
    }

    /// <summary>A component, counted from 1, without its escapes.</summary>
    public string Component(int segment, int field, int component)
    {
        string[] components = Raw(segment, field).Split('^');
        return component <= components.Length ? Unescape(components[component - 1]) : "";
    }

    private static string Unescape(string text) => Sequence().Replace(text, match => match.Groups[1].Value switch
    {
        "F" => "|",
        "S" => "^",
        "R" => "~",
        "E" => "\\",
        "T" => "&",
        string hex => Encoding.UTF8.GetString([.. Enumerable.Range(0, hex.Length / 2).Select(i => byte.Parse(hex.AsSpan(1 + (2 * i), 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture))]),
    });

    [GeneratedRegex(@"\\([FSRET]|X(?:[0-9A-F]{2})+)\\")]
    private static partial Regex Sequence();
}
