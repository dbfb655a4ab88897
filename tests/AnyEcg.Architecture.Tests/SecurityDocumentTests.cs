using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace AnyEcg.Architecture.Tests;

/// <summary>Holds docs/security.md to the tests that it names, and the repository to what it says of its supply.</summary>
public sealed partial class SecurityDocumentTests
{
    private static readonly string Document = File.ReadAllText(Path.Combine(Repository.Root, "docs", "security.md"));

    [Fact]
    public void Tests_ThatAreNamed_AllExist()
    {
        Dictionary<string, string> classes = Tree("tests", "*Tests.cs").GroupBy(path => Path.GetFileNameWithoutExtension(path))
            .ToDictionary(files => files.Key, files => string.Concat(files.Select(File.ReadAllText)));
        string[] named = [.. TestName().Matches(Document).Select(match => match.Value)];
        Assert.NotEmpty(named);
        Assert.Empty(named.Where(name => name.Split('.') is not [var type, var method]
            || !classes.TryGetValue(type, out string? code) || !code.Contains($" {method}(", StringComparison.Ordinal)));
    }

    [Fact]
    public void Threats_EachLine_NamesATest()
    {
        string[] threats = [.. Document.Split('\n').SkipWhile(line => !line.StartsWith("## Threats", StringComparison.Ordinal)).Skip(1)
            .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal)).Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| attacker", StringComparison.Ordinal) && !line.StartsWith("| ---", StringComparison.Ordinal))];
        Assert.True(threats.Length >= 30, $"{threats.Length} threats");
        Assert.Empty(threats.Where(line => !TestName().IsMatch(line)));
    }

    [Fact]
    public void Packages_OfEveryProject_AreLockedToOneVersion()
    {
        Assert.Empty(Tree("", "*.csproj").Where(project => !File.Exists(Path.Combine(Path.GetDirectoryName(project)!, "packages.lock.json"))));
        XElement central = XElement.Load(Path.Combine(Repository.Root, "Directory.Packages.props"));
        Assert.Empty(central.Descendants("PackageVersion").Select(p => p.Attribute("Version")!.Value).Where(version => version.AsSpan().ContainsAny("*[(,")));
        Assert.Contains("--locked-mode", File.ReadAllText(Path.Combine(Repository.Root, ".ci", "run")), StringComparison.Ordinal);
    }

    [Fact]
    public void Repository_HoldsNoPrivateKey()
    {
        string marker = string.Join(' ', "PRIVATE", "KEY-----");
        string[] text = [".pem", ".key", ".json", ".conf", ".md", ".sh", ".cs", ".txt", ".yml", ".yaml", ".env", ".service"];
        Assert.Empty(Tree("", "*").Where(path => text.Contains(Path.GetExtension(path)) && File.ReadAllText(path).Contains(marker, StringComparison.Ordinal)));
        Assert.Empty(Tree("", "*").Where(path => Path.GetExtension(path) is ".pfx" or ".p12" or ".key"));
    }

    private static IEnumerable<string> Tree(string folder, string pattern) =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), pattern, SearchOption.AllDirectories)
            .Where(path => !path.Split(Path.DirectorySeparatorChar).Any(level => level is "bin" or "obj" or ".git" or "node_modules"));

    [GeneratedRegex(@"\b[A-Z]\w+Tests\.[A-Z]\w+")]
    private static partial Regex TestName();
}
