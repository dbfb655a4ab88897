using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace AnyEcg.Model;

/// <summary>A library in memory. Functions are asked for one after the other; <see cref="RequireAll"/> names all that are missing.</summary>
internal sealed class LoadedLibrary(LibraryNames names, string path, nint handle)
{
    private readonly List<string> missing = [];

    /// <summary>As it was found: a path, or a bare name.</summary>
    public string Path => path;

    /// <summary>Length of its file, which tells builds of one version apart; 0 where the file is not known.</summary>
    public long FileBytes
    {
        get
        {
            try
            {
                string name = System.IO.Path.GetFileName(path);
                string? file = System.IO.Path.IsPathRooted(path) ? path : LoadedFiles().FirstOrDefault(loaded => System.IO.Path.GetFileName(loaded).StartsWith(name, StringComparison.Ordinal));
                return file is null ? 0 : new FileInfo(File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName ?? file).Length;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or Win32Exception)
            {
                return 0;
            }
        }
    }

    /// <summary>The function's address; 0, and remembered as missing, where the library has none.</summary>
    public nint Function(string name)
    {
        if (NativeLibrary.TryGetExport(handle, name, out nint address))
            return address;
        missing.Add(name);
        return 0;
    }

    /// <exception cref="CudaUnavailableException">A function that was asked for is missing.</exception>
    public void RequireAll()
    {
        if (missing.Count > 0)
            throw new CudaUnavailableException($"{path} is too old, or not {names.Title}: it lacks {string.Join(", ", missing)}. CUDA 11.8 or later is needed. {names.Install}.");
    }

    private static IEnumerable<string> LoadedFiles()
    {
        using var process = Process.GetCurrentProcess();
        return [.. process.Modules.Cast<ProcessModule>().Select(module => module.FileName)];
    }
}
