namespace AnyEcg.Recordings.Tests;

/// <summary>Folders of the working tree that the tests read.</summary>
internal static class RepositoryFolder
{
    /// <param name="path">Path below the top of the repository.</param>
    public static string Find(string path)
    {
        DirectoryInfo? at = new(AppContext.BaseDirectory);
        while (at is not null && !File.Exists(Path.Combine(at.FullName, "AnyEcg.Stream.sln")))
        {
            at = at.Parent;
        }

        return Path.Combine(at?.FullName ?? throw new DirectoryNotFoundException("The repository's top is above the test binaries."), path);
    }
}
