using System.Xml.Linq;

namespace AnyEcg.Architecture.Tests;

/// <summary>The arrows between the rooms: a project may reference only what the design allows.</summary>
public sealed class ProjectReferencesTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["AnyEcg.Signal"] = [],
        ["AnyEcg.Recordings"] = ["AnyEcg.Signal"],
        ["AnyEcg.Alerts"] = ["AnyEcg.Signal"],
        ["AnyEcg.Protocol"] = ["AnyEcg.Signal", "AnyEcg.Alerts"],
        ["AnyEcg.Mqtt"] = [],
        ["AnyEcg.Store"] = ["AnyEcg.Signal"],
        ["AnyEcg.Engine"] = ["AnyEcg.Signal", "AnyEcg.Alerts"],
        ["AnyEcg.Model"] = ["AnyEcg.Signal", "AnyEcg.Engine"],
        ["AnyEcg.Simulator"] = ["AnyEcg.Signal", "AnyEcg.Recordings", "AnyEcg.Protocol", "AnyEcg.Mqtt"],
        ["AnyEcg.Worker"] =
        [
            "AnyEcg.Signal", "AnyEcg.Recordings", "AnyEcg.Alerts", "AnyEcg.Protocol", "AnyEcg.Mqtt", "AnyEcg.Engine", "AnyEcg.Model",
            "AnyEcg.Store",
        ],
        ["AnyEcg.Tool"] =
        [
            "AnyEcg.Signal", "AnyEcg.Recordings", "AnyEcg.Alerts", "AnyEcg.Protocol", "AnyEcg.Mqtt", "AnyEcg.Engine", "AnyEcg.Model",
            "AnyEcg.Store", "AnyEcg.Worker", "AnyEcg.Simulator",
        ],
    };

    /// <summary>Projects that may bring packages of their own (the rest lives on the base library alone).</summary>
    private static readonly Dictionary<string, string[]> Packages = new()
    {
        ["AnyEcg.Simulator"] = ["System.CommandLine"],
        ["AnyEcg.Store"] = ["Microsoft.Data.Sqlite", "Npgsql"],
        ["AnyEcg.Tool"] = ["System.CommandLine", "Spectre.Console"],
    };

    public static TheoryData<string> Projects => [.. ProductProjects().Select(p => Path.GetFileNameWithoutExtension(p))];

    [Theory]
    [MemberData(nameof(Projects))]
    public void References_OfEveryProject_FollowTheDesign(string project)
    {
        Assert.True(Allowed.ContainsKey(project), $"{project} has no row in the design's table");
        string[] references = [.. Items(project, "ProjectReference").Select(i => Path.GetFileNameWithoutExtension(i.Replace('\\', '/')))];
        Assert.Empty(references.Except(Allowed[project]));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Packages_OfEveryProject_AreThoseAgreed(string project) =>
        Assert.Empty(Items(project, "PackageReference").Except(Packages.GetValueOrDefault(project, [])));

    [Theory]
    [MemberData(nameof(Projects))]
    public void Namespaces_OfEveryFile_AreTheProjects(string project)
    {
        string folder = Path.GetDirectoryName(ProductProjects().Single(p => Path.GetFileNameWithoutExtension(p) == project))!;
        IEnumerable<string> wrong = SourceFiles(folder)
            .SelectMany(file => File.ReadLines(file).Where(line => line.StartsWith("namespace ", StringComparison.Ordinal)))
            .Where(line => line != $"namespace {project};");
        Assert.Empty(wrong.Distinct());
    }

    [Fact]
    public void Allowed_EveryRow_HasItsProject() =>
        Assert.Empty(Allowed.Keys.Except(ProductProjects().Select(p => Path.GetFileNameWithoutExtension(p))));

    private static IEnumerable<string> SourceFiles(string folder) =>
        Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal));

    private static IEnumerable<string> Items(string project, string kind) =>
        XDocument.Load(ProductProjects().Single(p => Path.GetFileNameWithoutExtension(p) == project))
            .Descendants(kind).Select(e => e.Attribute("Include")!.Value);

    private static IEnumerable<string> ProductProjects() =>
        new[] { "src", "simulators" }.SelectMany(folder =>
            Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.csproj", SearchOption.AllDirectories));
}
