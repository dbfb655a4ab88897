namespace AnyEcg.Tool;

/// <summary>A folder for the database of a worker that runs for a while and is then forgotten.</summary>
internal sealed class TemporaryStore : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("anyecg-");

    /// <summary>For <c>Store:Connection</c>.</summary>
    public string Connection => Path.Combine(folder.FullName, "anyecg.db");

    /// <summary>Once the worker has let go of it.</summary>
    public void Dispose() => folder.Delete(recursive: true);
}
