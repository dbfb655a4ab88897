using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AnyEcg.Benchmarks;

/// <summary>A Python program of this folder as a process: a JSON object a line in, one back.</summary>
internal sealed class PythonPeer : IDisposable
{
    /// <summary>Debian's Python, which has the packages.</summary>
    public const string OfTheSystem = "/usr/bin/python3";

    private readonly Process process;
    private readonly StringWriter faults;

    private PythonPeer(Process process, StringWriter faults, JsonNode hello)
    {
        (this.process, this.faults, Hello) = (process, faults, hello);
        Version = hello["version"]!.GetValue<string>();
    }

    /// <summary>All that the program said when it was ready.</summary>
    public JsonNode Hello { get; }

    /// <summary>Of the package that is measured.</summary>
    public string Version { get; }

    /// <summary>Starts a module of the folder Peers and waits until it is ready.</summary>
    /// <exception cref="IOException">It cannot run here; the message says why.</exception>
    public static PythonPeer Start(string module, params string[] arguments) => StartWith(OfTheSystem, module, arguments);

    /// <summary>The same with another interpreter: one whose PyTorch knows the card, say.</summary>
    /// <exception cref="IOException">It cannot run here; the message says why.</exception>
    public static PythonPeer StartWith(string interpreter, string module, params string[] arguments)
    {
        if (!File.Exists(interpreter))
            throw new IOException($"{interpreter} is not installed");
        ProcessStartInfo info = new(interpreter, ["-m", $"Peers.{module}", .. arguments])
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
        StringWriter faults = new(CultureInfo.InvariantCulture);
        process.ErrorDataReceived += (_, line) => faults.WriteLine(line.Data);
        process.BeginErrorReadLine();
        if (process.StandardOutput.ReadLine() is { } hello)
            return new PythonPeer(process, faults, JsonNode.Parse(hello)!);

        process.WaitForExit();
        process.Dispose();
        throw new IOException(LastLine(faults));
    }

    /// <summary>Sends a request and waits for its answer.</summary>
    /// <exception cref="IOException">The program ended.</exception>
    public JsonNode Ask(object request)
    {
        process.StandardInput.WriteLine(JsonSerializer.Serialize(request));
        process.StandardInput.Flush();
        if (process.StandardOutput.ReadLine() is { } line)
            return JsonNode.Parse(line)!;

        process.WaitForExit();
        throw new IOException(LastLine(faults));
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        if (!process.WaitForExit(TimeSpan.FromSeconds(5)))
            process.Kill();
        process.Dispose();
    }

    /// <summary>Of what Python says when it ends: the exception.</summary>
    private static string LastLine(StringWriter faults) => faults.ToString().TrimEnd().Split('\n')[^1];
}
