namespace AnyEcg.Fuzz.Tests;

/// <summary>The committed inputs of the targets, one folder each: valid ones to mutate, and those that once broke something.</summary>
internal static class Corpus
{
    private static readonly string Root = Path.Combine(AppContext.BaseDirectory, "Corpus");

    /// <summary>In order of their names, so that a run is the same everywhere.</summary>
    public static IReadOnlyList<byte[]> Of(FuzzTarget target) => [.. Files(target).Select(File.ReadAllBytes)];

    /// <summary>Those that the decoder must take.</summary>
    public static IReadOnlyList<byte[]> ValidOf(FuzzTarget target) =>
        [.. Files(target).Where(f => !Path.GetFileName(f).StartsWith("regression-", StringComparison.Ordinal)).Select(File.ReadAllBytes)];

    private static IEnumerable<string> Files(FuzzTarget target) =>
        Directory.GetFiles(Path.Combine(Root, target.Name)).Order(StringComparer.Ordinal);
}
