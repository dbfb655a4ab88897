using System.Text.Encodings.Web;
using System.Text.Json;

namespace AnyEcg.Protocol;

/// <summary>How this project writes JSON.</summary>
internal static class JsonOutput
{
    /// <summary>Leaves signs such as the one in "rate &lt; 40/min" readable: the documents go to programs, not into HTML.</summary>
    public static JsonWriterOptions Options { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Rounds to some decimals; null stands for a value that is not finite, which JSON cannot say.</summary>
    public static void WriteFinite(this Utf8JsonWriter json, string name, double value, int decimals)
    {
        if (double.IsFinite(value))
            json.WriteNumber(name, Math.Round(value, decimals));
        else
            json.WriteNull(name);
    }
}
