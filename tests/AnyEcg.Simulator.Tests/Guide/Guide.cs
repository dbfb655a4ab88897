using System.Text.RegularExpressions;

namespace AnyEcg.Simulator.Tests;

/// <summary>docs/devices.md and what stands in it.</summary>
internal static partial class Guide
{
    public static string Root { get; } = FindRoot();

    public static string Text { get; } = File.ReadAllText(Path.Combine(Root, "docs", "devices.md"));

    /// <summary>The examples of a language, in order.</summary>
    public static string[] Blocks(string language)
        => [.. Block().Matches(Text).Where(m => m.Groups[1].Value == language).Select(m => m.Groups[2].Value)];

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "AnyEcg.Stream.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests run outside the repository.");
    }

    [GeneratedRegex("```([a-z]+)\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
