using System.Runtime.InteropServices;

namespace AnyEcg.Model;

/// <summary>
/// Where shared libraries are looked for: the folders that the user names, then the system's own search, then where toolkits are installed
/// (CUDA_PATH, CUDA_HOME, /usr/local/cuda). The first file that loads is taken.
/// </summary>
internal sealed class LibrarySearch
{
    private readonly bool windows;
    private readonly string[] named;
    private readonly string[] installed;

    /// <param name="folders">Searched first; an entry may be several folders, separated by the system's path separator.</param>
    public LibrarySearch(IEnumerable<string> folders)
        : this(folders, OperatingSystem.IsWindows(), Environment.GetEnvironmentVariable)
    {
    }

    internal LibrarySearch(IEnumerable<string> folders, bool windows, Func<string, string?> environment)
    {
        this.windows = windows;
        named = [.. folders.SelectMany(Split).Select(Path.GetFullPath)];
        string[] roots = [.. new[] { environment("CUDA_PATH"), environment("CUDA_HOME"), windows ? null : "/usr/local/cuda" }.OfType<string>().Where(root => root.Length > 0)];
        string[] below = windows ? ["bin", Path.Combine("bin", "x64")] : ["lib64", "lib"];
        installed = [.. roots.SelectMany(root => below.Select(folder => Path.Combine(root, folder))), .. windows ? Array.Empty<string>() : ["/usr/lib/wsl/lib"]];
    }

    /// <summary>What is tried, in this order; a name without a folder is the system's own search.</summary>
    public IEnumerable<string> Candidates(LibraryNames library, int generation = 0)
    {
        string[] names = library.For(windows, generation);
        return named.SelectMany(folder => names.Select(name => Path.Combine(folder, name)))
            .Concat(names)
            .Concat(installed.SelectMany(folder => names.Select(name => Path.Combine(folder, name))))
            .Distinct();
    }

    /// <summary>Loads the library; it stays loaded until the process ends.</summary>
    /// <exception cref="CudaUnavailableException">No candidate loads.</exception>
    public LoadedLibrary Load(LibraryNames library, int generation = 0)
    {
        foreach (string candidate in Candidates(library, generation))
        {
            if (NativeLibrary.TryLoad(candidate, out nint handle))
            {
                LoadCompanions(library, candidate);
                return new LoadedLibrary(library, candidate, handle);
            }
        }

        throw new CudaUnavailableException(Missing(library)) { IsDriverMissing = library.Title == LibraryNames.Driver.Title };
    }

    /// <summary>
    /// Loads what the library itself loads later by a bare name, which the system's search would not find in a folder of the user's: once it is in memory,
    /// the bare name finds it there. Where that fails, the library says so when it needs it.
    /// </summary>
    private static void LoadCompanions(LibraryNames library, string path)
    {
        if (library.Companions.Length == 0 || !Path.IsPathRooted(path))
            return;
        foreach (string companion in library.Companions.SelectMany(pattern => Directory.EnumerateFiles(Path.GetDirectoryName(path)!, pattern)))
            _ = NativeLibrary.TryLoad(companion, out _);
    }

    private string Missing(LibraryNames library)
    {
        string names = string.Join(", ", library.For(windows));
        string folders = string.Join(", ", named.Concat(installed));
        return $"{char.ToUpperInvariant(library.Title[0])}{library.Title[1..]} was not found: sought as {names} by the system's library search and in {folders}. {library.Install}.";
    }

    private static string[] Split(string folders) =>
        folders.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
