using System.Diagnostics.Metrics;
using System.Text;

namespace AnyEcg.Worker;

/// <summary>
/// Prometheus name of an instrument: dots become underscores, the unit becomes a suffix in base units, counters end in
/// <c>_total</c> (Prometheus naming practice; OpenTelemetry's mapping to it).
/// </summary>
internal static class MetricName
{
    public static string Of(Instrument instrument, bool counter)
    {
        StringBuilder name = new(instrument.Name.Length + 16);
        foreach (char c in instrument.Name)
        {
            name.Append(char.IsAsciiLetterOrDigit(c) ? c : '_');
        }

        string suffix = instrument.Unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            _ => "",
        };
        if (!name.ToString().EndsWith(suffix, StringComparison.Ordinal))
        {
            name.Append(suffix);
        }

        return counter ? name.Append("_total").ToString() : name.ToString();
    }

    /// <summary>Rendered labels without braces: <c>reason="crc",codec="int16"</c>, values escaped.</summary>
    public static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
        {
            return "";
        }

        StringBuilder text = new();
        foreach ((string key, object? value) in tags)
        {
            if (text.Length > 0)
            {
                text.Append(',');
            }

            text.Append(key.Replace('.', '_')).Append("=\"").Append(Escape(value?.ToString() ?? "")).Append('"');
        }

        return text.ToString();
    }

    public static string Escape(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal);
}
