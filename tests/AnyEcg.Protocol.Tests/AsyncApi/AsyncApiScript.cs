using System.Diagnostics;
using System.Text.Json.Nodes;

namespace AnyEcg.Protocol.Tests;

/// <summary>Runs tests/npm/asyncapi.js on docs/asyncapi.yaml.</summary>
internal static class AsyncApiScript
{
    private static readonly string Npm = Path.Combine(RepositoryFiles.Root, "tests", "npm");

    /// <summary>Why it cannot run here; null: it can.</summary>
    public static string? Missing { get; } =
        Find("node") is null ? "node is not installed"
        : !Directory.Exists(Path.Combine(Npm, "node_modules", "@asyncapi", "parser")) ? "the npm package @asyncapi/parser is not installed: npm ci --prefix tests/npm"
        : null;

    private static readonly Lazy<JsonNode> Linted = new(() => Run("lint"));

    /// <summary>Diagnostics, examples and channels of the document.</summary>
    public static JsonNode Lint() => Linted.Value;

    /// <summary>The faults of each document under the schema of its message.</summary>
    public static string[][] Validate(IEnumerable<(string Message, JsonNode? Payload)> documents)
    {
        JsonArray list = [.. documents.Select(d => new JsonObject { ["message"] = d.Message, ["payload"] = d.Payload })];
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, list.ToJsonString());
            return [.. Run("validate", file).AsArray().Select(faults => faults!.AsArray().Select(f => f!.GetValue<string>()).ToArray())];
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static JsonNode Run(string mode, params string[] more)
    {
        ProcessStartInfo start = new(Find("node")!, [Path.Combine(Npm, "asyncapi.js"), mode, Path.Combine(RepositoryFiles.Root, "docs", "asyncapi.yaml"), .. more])
        {
            RedirectStandardOutput = true,
        };
        using Process node = Process.Start(start)!;
        string text = node.StandardOutput.ReadToEnd();
        node.WaitForExit();
        Assert.Equal(0, node.ExitCode);
        return JsonNode.Parse(text)!;
    }

    private static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
