using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using AnyEcg.Tool;

namespace AnyEcg.Benchmarks;

/// <summary>A Python program of this folder as a process: a JSON object a line in, one back. Debian's Python, which has the packages.</summary>
internal sealed class PythonPeer : IDisposable
{
    private const string Python = "/usr/bin/python3";

    private readonly Process process;

    private PythonPeer(Process process, JsonNode hello)
    {
        this.process = process;
        Version = hello["version"]!.GetValue<string>();
    }

    /// <summary>Of the package that is measured.</summary>
    public string Version { get; }

    /// <summary>Starts a module of the folder Peers and waits until it is ready.</summary>
    /// <exception cref="IOException">It cannot run here; the message says why.</exception>
    public static PythonPeer Start(string module, params string[] arguments)
    {
        if (!File.Exists(Python))
            throw new IOException($"{Python} is not installed");
        ProcessStartInfo info = new(Python, ["-m", $"Peers.{module}", .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = AppContext.BaseDirectory,
        };
        info.Environment["PYTHONPATH"] = AppContext.BaseDirectory;
        info.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        if (OpenBlas.CoreType is { } core)
            info.Environment["OPENBLAS_CORETYPE"] = core;
        if (System.Runtime.Intrinsics.X86.Avx512F.IsSupported)
            info.Environment["ATEN_CPU_CAPABILITY"] = "avx512";
        Process process = Process.Start(info)!;
        StringWriter faults = new();
        process.ErrorDataReceived += (_, line) => faults.WriteLine(line.Data);
        process.BeginErrorReadLine();
        if (process.StandardOutput.ReadLine() is { } hello)
            return new PythonPeer(process, JsonNode.Parse(hello)!);

        process.WaitForExit();
        process.Dispose();
        throw new IOException(faults.ToString().TrimEnd().Split('\n')[^1]);
    }

    /// <summary>Sends a request and waits for its answer.</summary>
    /// <exception cref="IOException">The program ended.</exception>
    public JsonNode Ask(object request)
    {
        process.StandardInput.WriteLine(JsonSerializer.Serialize(request));
        process.StandardInput.Flush();
        return process.StandardOutput.ReadLine() is { } line ? JsonNode.Parse(line)! : throw new IOException("The Python peer ended.");
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        if (!process.WaitForExit(TimeSpan.FromSeconds(5)))
            process.Kill();
        process.Dispose();
    }
}
