namespace AnyEcg.Mqtt.Conformance.Tests;

/// <summary>The checkout that the tests run in.</summary>
internal static class RepositoryRoot
{
    public static string Path { get; } = Find();

    public static string File(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    private static string Find()
    {
        for (DirectoryInfo? d = new(AppContext.BaseDirectory); d is not null; d = d.Parent)
        {
            if (System.IO.File.Exists(System.IO.Path.Combine(d.FullName, "AnyEcg.Stream.sln")))
                return d.FullName;
        }

        throw new DirectoryNotFoundException("The tests run inside a checkout of the repository.");
    }
}
