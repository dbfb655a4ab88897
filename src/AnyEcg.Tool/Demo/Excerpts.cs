namespace AnyEcg.Tool;

/// <summary>The bundled recordings.</summary>
internal static class Excerpts
{
    /// <summary>The folder they are copied to beside the program.</summary>
    public static string Folder => Path.Combine(AppContext.BaseDirectory, "recordings");

    /// <summary>Paths without extension, in order of names.</summary>
    public static IReadOnlyList<string> All() =>
        [.. Directory.EnumerateFiles(Folder, "*.hea").Select(path => path[..^4]).Order(StringComparer.Ordinal)];
}
