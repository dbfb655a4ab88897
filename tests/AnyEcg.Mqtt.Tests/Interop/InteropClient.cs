using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace AnyEcg.Mqtt.Tests;

/// <summary>Somebody else's MQTT client: a program beside this file that runs one scenario and prints what it saw as JSON.</summary>
internal sealed class InteropClient
{
    /// <summary>First, because the others are made with it.</summary>
    private static readonly string Root = FindRoot();

    private readonly string? program;
    private readonly string script;
    private readonly Dictionary<string, string> environment = [];

    private InteropClient(string? program, string script)
    {
        this.program = program;
        this.script = Path.Combine(Root, "tests", "AnyEcg.Mqtt.Tests", "Interop", script);
    }

    /// <summary>The npm client <c>mqtt</c>, of the packages pinned in tests/npm.</summary>
    public static InteropClient Node { get; } = new(MosquittoServer.Find("node"), "client.js")
    {
        environment = { ["NODE_PATH"] = NodeModules },
    };

    /// <summary>Python's <c>paho</c>, as Debian has it.</summary>
    public static InteropClient Python { get; } = new(Path.Exists("/usr/bin/python3") ? "/usr/bin/python3" : null, "client.py");

    /// <summary>Why the client cannot run here; null: it can.</summary>
    public static string? NodeMissing { get; } =
        Node.program is null ? "node is not installed"
        : !Directory.Exists(Path.Combine(NodeModules, "mqtt")) ? "the npm package mqtt is not installed: npm ci --prefix tests/npm"
        : null;

    /// <inheritdoc cref="NodeMissing"/>
    public static string? PythonMissing { get; } =
        Python.program is null ? "python3 is not installed" : Python.HasPaho() ? null : "python3-paho-mqtt is not installed";

    private static string NodeModules => Path.Combine(Root, "tests", "npm", "node_modules");

    /// <summary>Runs a scenario against a broker; returns its verdict.</summary>
    /// <param name="scenario">Name of a function of the script.</param>
    /// <param name="url">Scheme mqtt, mqtts, ws or wss; host and port.</param>
    /// <param name="version">4 for MQTT 3.1.1, or 5.</param>
    /// <param name="files">Paths by their environment variables: CA_FILE, CERT_FILE, KEY_FILE.</param>
    public async Task<JsonNode> RunAsync(string scenario, string url, int version, params (string Name, string Path)[] files)
    {
        ProcessStartInfo info = new(program!, [script, scenario, url, version.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in environment)
            info.Environment[name] = value;
        foreach ((string name, string path) in files)
            info.Environment[name] = path;
        (string output, string errors) = await RunAsync(info);
        return JsonNode.Parse(output.Length > 0 ? output : "null") ?? throw new InvalidDataException($"no verdict: {errors}");
    }

    private static async Task<(string Output, string Errors)> RunAsync(ProcessStartInfo info)
    {
        using Process process = Process.Start(info)!;
        try
        {
            Task<string> errors = process.StandardError.ReadToEndAsync(Budget.Token);
            string output = await process.StandardOutput.ReadToEndAsync(Budget.Token);
            await process.WaitForExitAsync(Budget.Token);
            return (output, await errors);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "AnyEcg.Stream.sln")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException("the tests run inside a checkout of the repository");
    }

    private bool HasPaho()
    {
        using Process process = Process.Start(new ProcessStartInfo(program!, ["-c", "import paho.mqtt.client"]) { RedirectStandardError = true })!;
        process.WaitForExit(Budget.Limit);
        return process.HasExited && process.ExitCode == 0;
    }
}

/// <summary>A theory that needs the npm client; skipped with the reason where it is missing.</summary>
public sealed class NodeTheoryAttribute : TheoryAttribute
{
    public NodeTheoryAttribute() => Skip = InteropClient.NodeMissing;
}

/// <summary>A theory that needs Python's paho; skipped with the reason where it is missing.</summary>
public sealed class PahoTheoryAttribute : TheoryAttribute
{
    public PahoTheoryAttribute() => Skip = InteropClient.PythonMissing;
}
