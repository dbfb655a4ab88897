namespace AnyEcg.Model.Tests;

/// <summary>The kernels' sources as files, for a compiler of the host; gone with the test.</summary>
internal sealed class KernelFolder : IDisposable
{
    public KernelFolder()
    {
        Path = Directory.CreateTempSubdirectory("aecg-kernels-").FullName;
        foreach ((string name, string text) in KernelSources.All.Files)
            Write(name, text);
    }

    public string Path { get; }

    public string Write(string name, string text)
    {
        string file = System.IO.Path.Combine(Path, name);
        File.WriteAllText(file, text);
        return file;
    }

    /// <summary>The sizes of a network, as options of a compiler.</summary>
    public string[] Defines(NetworkConfig config, bool full) => [.. CudaLimits.Defines(config, full).Select(define => $"-D{define}")];

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
