using System.Security.Cryptography;
using System.Text;

namespace AnyEcg.Model.Tests;

/// <summary>The emulated card as a file: built once, by the system's C++ compiler, and kept by the content of its sources.</summary>
internal static class EmulatorBuild
{
    private static readonly string[] Sources = ["control.cpp", "memory.cpp", "streams.cpp", "modules.cpp", "compiler.cpp", "blas.cpp"];
    private static readonly Lazy<(string Path, string Missing)> Built = new(Build);

    /// <summary>Folder of the C++ sources; compiled kernels are kept below it.</summary>
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "Cuda", "Emulator");

    /// <summary>The shared object.</summary>
    public static string Library => Built.Value.Path;

    /// <summary>Why there is none, or nothing.</summary>
    public static string Missing => Built.Value.Missing;

    /// <summary>The C++ compiler that builds the emulator and its kernels.</summary>
    public static string Compiler => "g++";

    private static (string Path, string Missing) Build()
    {
        if (!OperatingSystem.IsLinux())
            return ("", "the emulated card runs on Linux");
        if (HostProgram.Run(Compiler, "--version") is not (0, string version))
            return ("", $"the emulated card needs {Compiler}, which is missing");
        string build = Identity(version);
        string path = Path.Combine(Folder, $"card-{build}.so");
        return File.Exists(path) ? (path, "") : Compile(path, build);
    }

    private static (string Path, string Missing) Compile(string path, string build)
    {
        string guard = Path.Combine(Folder, $"guard-{build}.so");
        Compile(["guard.cpp"], [], guard);
        Compile(Sources, [$"-DAECG_COMPILER=\"{Compiler}\"", $"-DAECG_FOLDER=\"{Folder}\"", $"-DAECG_BUILD=\"{build}\"", $"-DAECG_GUARD=\"{guard}\""], path);
        return (path, "");
    }

    /// <summary>Under its name only when it is whole: another process may look for it.</summary>
    private static void Compile(string[] sources, string[] defines, string path)
    {
        string fresh = $"{path}.{Environment.ProcessId}";
        string[] options = ["-std=c++17", "-O2", "-march=native", "-shared", "-fPIC", "-fvisibility=hidden", "-Wall", "-Wextra", "-Werror"];
        (int code, string output) = HostProgram.Run(Compiler, [.. options, .. defines, .. sources.Select(source => Path.Combine(Folder, source)), "-o", fresh, "-ldl"])!.Value;
        if (code != 0)
            throw new InvalidOperationException($"The emulated card does not compile:\n{output}");
        File.Move(fresh, path, overwrite: true);
    }

    /// <summary>Of the sources, the compiler and the processor (the code is made for it).</summary>
    private static string Identity(string version)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string file in Directory.GetFiles(Folder, "*.cpp").Concat(Directory.GetFiles(Folder, "*.h")).Order(StringComparer.Ordinal))
            hash.AppendData(File.ReadAllBytes(file));
        string processor = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("flags", StringComparison.Ordinal) || line.StartsWith("Features", StringComparison.Ordinal)) ?? "";
        hash.AppendData(Encoding.UTF8.GetBytes(version + processor + Folder));
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}
