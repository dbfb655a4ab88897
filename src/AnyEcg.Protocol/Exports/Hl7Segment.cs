using System.Buffers;
using System.Globalization;
using System.Text;

namespace AnyEcg.Protocol;

/// <summary>
/// One HL7 v2 segment in the making, fields in order. Text from outside goes through <see cref="Escape"/>, so that nothing in it can begin a
/// field, a component or a segment. Delimiters are the usual ones, | ^ ~ \ and &amp;.
/// </summary>
internal sealed class Hl7Segment(string name)
{
    private readonly SortedDictionary<int, string> fields = [];

    /// <summary>Sets a field, counted from 1 as the standard does (MSH-1 is the separator itself). What is given stands as it is.</summary>
    public Hl7Segment Raw(int field, string value)
    {
        fields[field] = value;
        return this;
    }

    /// <summary>Sets a field to components, each escaped; trailing empty ones are left out.</summary>
    public Hl7Segment Set(int field, params ReadOnlySpan<string> components)
    {
        while (components is [.., ""])
            components = components[..^1];
        string[] escaped = new string[components.Length];
        for (int i = 0; i < components.Length; i++)
            escaped[i] = Escape(components[i]);
        return Raw(field, string.Join('^', escaped));
    }

    /// <summary>Appends the segment, with its carriage return.</summary>
    public void AppendTo(StringBuilder message)
    {
        message.Append(name);
        int at = name == "MSH" ? 1 : 0;
        foreach ((int field, string value) in fields)
        {
            message.Append('|', field - at).Append(value);
            at = field;
        }

        message.Append('\r');
    }

    /// <summary>
    /// Delimiters as \F\ \S\ \R\ \E\ \T\, control characters and line separators as \X..\ with the hexadecimal of their UTF-8, halves of
    /// surrogate pairs as U+FFFD (HL7 v2.6, 2.7).
    /// </summary>
    public static string Escape(string text)
    {
        StringBuilder escaped = new(text.Length);
        for (ReadOnlySpan<char> rest = text; rest.Length > 0;)
        {
            bool good = Rune.DecodeFromUtf16(rest, out Rune rune, out int length) == OperationStatus.Done;
            rest = rest[length..];
            escaped.Append(good ? Escape(rune) : "\uFFFD");
        }

        return escaped.ToString();
    }

    /// <summary>UTC with milliseconds and zone, rounded down as in all our documents.</summary>
    public static string Time(long ns) => DateTimeOffset.Parse(IsoTime.Format(ns), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)
        .ToString("yyyyMMddHHmmss.fff'+0000'", CultureInfo.InvariantCulture);

    private static string Escape(Rune rune) => rune.Value switch
    {
        '|' => @"\F\",
        '^' => @"\S\",
        '~' => @"\R\",
        '\\' => @"\E\",
        '&' => @"\T\",
        _ when Rune.IsControl(rune) || rune.Value is 0x2028 or 0x2029 => $@"\X{Convert.ToHexString(Encoding.UTF8.GetBytes(rune.ToString()))}\",
        _ => rune.ToString(),
    };
}
