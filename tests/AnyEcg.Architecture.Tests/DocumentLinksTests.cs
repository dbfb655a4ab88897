using System.Text.RegularExpressions;

namespace AnyEcg.Architecture.Tests;

/// <summary>Documentation that points at what is no longer there is worse than none.</summary>
public sealed partial class DocumentLinksTests
{
    public static TheoryData<string> Documents =>
    [
        .. Directory.EnumerateFiles(Repository.Root, "*.md", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/'))
            .Where(path => !path.Split('/').Any(level => level is "bin" or "obj" or ".git" or "node_modules")),
    ];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Links_ToFiles_LeadSomewhere(string document)
    {
        string path = Path.Combine(Repository.Root, document);
        string folder = Path.GetDirectoryName(path)!;
        IEnumerable<string> missing = Link().Matches(File.ReadAllText(path))
            .Select(match => match.Groups[1].Value.Split('#')[0])
            .Where(target => target.Length > 0 && !target.Contains("://", StringComparison.Ordinal))
            .Where(target => !Path.Exists(Path.Combine(folder, target)));
        Assert.Empty(missing);
    }

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
