using System.Text.Json;

namespace AnyEcg.Tool;

/// <summary>
/// A named part of the records: those of <see cref="Include"/> (null: all) but not those of <see cref="Exclude"/>, and of them only
/// those in which none of the rhythms of <see cref="Without"/> is annotated. At least one of the three is given.
/// </summary>
internal sealed record Subset
{
    public IReadOnlyList<string>? Include { get; init; }

    public IReadOnlyList<string>? Exclude { get; init; }

    public IReadOnlyList<string>? Without { get; init; }

    public bool Has(RecordScore record) =>
        (Include is null || Include.Contains(record.Name))
        && Exclude?.Contains(record.Name) != true
        && Without?.Any(record.Annotated.Contains) != true;
}

/// <summary>The subsets of a run, from a JSON file <c>{ "NAME": { "include": [...], "exclude": [...], "without": ["vt", "vf"] } }</c>.</summary>
internal static class Subsets
{
    /// <exception cref="FormatException">The file is not of that form.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IReadOnlyDictionary<string, Subset> Read(string path)
    {
        try
        {
            Dictionary<string, Subset> subsets = JsonSerializer.Deserialize<Dictionary<string, Subset>>(File.ReadAllBytes(path), Options)!;
            return Fault(subsets) is { } fault ? throw new FormatException($"{path}: {fault}") : subsets;
        }
        catch (JsonException e)
        {
            throw new FormatException($"{path}: {e.Message}", e);
        }
    }

    private static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
    };

    private static string? Fault(Dictionary<string, Subset> subsets)
    {
        foreach ((string name, Subset subset) in subsets)
        {
            if (subset is null or { Include: null, Exclude: null, Without: null } || name.Contains(':', StringComparison.Ordinal))
            {
                return $"subset '{name}' has none of include, exclude and without, or a colon in its name.";
            }

            if (subset.Without?.FirstOrDefault(key => !RhythmKeys.All.Contains(key)) is { } unknown)
            {
                return $"subset '{name}': '{unknown}' is none of {string.Join(", ", RhythmKeys.All)}.";
            }
        }

        return null;
    }
}
