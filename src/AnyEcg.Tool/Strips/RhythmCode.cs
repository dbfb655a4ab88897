using System.Text.Json;

namespace AnyEcg.Tool;

/// <summary>A code of the Rhythm Quantizer as its decoder draws it.</summary>
/// <param name="Code">Its row of the codebook.</param>
/// <param name="Share">Of all tokens, 0 to 1.</param>
/// <param name="Millivolts">One second at 300 Hz.</param>
internal sealed record RhythmCode(int Code, double Share, float[] Millivolts)
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    /// <summary>Reads {"codes": [{"code": 17, "share": 0.04, "millivolts": [300 numbers]}, ...]}.</summary>
    /// <exception cref="FormatException">The file is no such document.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyList<RhythmCode> Read(string path)
    {
        try
        {
            List<RhythmCode>? codes = JsonSerializer.Deserialize<Document>(File.ReadAllBytes(path), Web)?.Codes;
            if (codes is { Count: > 0 } && codes.TrueForAll(c => c.Millivolts is { Length: > 1 } && c.Millivolts.All(float.IsFinite)))
                return codes;
        }
        catch (JsonException fault)
        {
            throw new FormatException($"{path}: {fault.Message}", fault);
        }

        throw new FormatException($"{path}: no \"codes\" with \"code\", \"share\" and \"millivolts\".");
    }

    private sealed record Document(List<RhythmCode>? Codes);
}
