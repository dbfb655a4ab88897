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
        Assert.All(named, name =>
        {
            string[] parts = name.Split('.');
            Assert.True(classes.TryGetValue(parts[0], out string? code) && code.Contains($" {parts[1]}(", StringComparison.Ordinal), $"There is no test {name}.");
        });
    }

    [Fact]
    public void Threats_EachLine_NamesATest()
    {
        string table = Document.Split("## Threats")[1].Split("\n## ")[0];
        string[] threats = [.. table.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(2)];
        Assert.True(threats.Length >= 30, $"{threats.Length} threats");
        Assert.All(threats, line => Assert.Matches(TestName(), line));
    }

    [Fact]
    public void Packages_OfEveryProject_AreLockedToOneVersion()
    {
        Assert.All(Tree("", "*.csproj"), project => Assert.True(File.Exists(Path.Combine(Path.GetDirectoryName(project)!, "packages.lock.json")), project));
        XElement central = XElement.Load(Path.Combine(Repository.Root, "Directory.Packages.props"));
        Assert.All(central.Descendants("PackageVersion"), package => Assert.Matches("^[0-9][0-9A-Za-z.-]*$", package.Attribute("Version")!.Value));
        Assert.Contains("--locked-mode", File.ReadAllText(Path.Combine(Repository.Root, ".ci", "run")), StringComparison.Ordinal);
    }

    [Fact]
    public void Repository_HoldsNoPrivateKey()
    {
        string marker = string.Join(' ', "PRIVATE", "KEY-----");
        string[] text = [".pem", ".key", ".json", ".conf", ".md", ".sh", ".cs", ".txt", ".yml", ".yaml", ".env", ".service"];
        Assert.All(Tree("", "*"), path =>
        {
            string extension = Path.GetExtension(path);
            Assert.False(extension is ".pfx" or ".p12" or ".key", path);
            Assert.False(text.Contains(extension) && File.ReadAllText(path).Contains(marker, StringComparison.Ordinal), path);
        });
    }

    private static IEnumerable<string> Tree(string folder, string pattern) =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), pattern, SearchOption.AllDirectories)
            .Where(path => !path.Split(Path.DirectorySeparatorChar).Any(level => level is "bin" or "obj" or ".git" or "node_modules"));

    [GeneratedRegex(@"\b[A-Z]\w+Tests\.[A-Z]\w+")]
    private static partial Regex TestName();
}
