namespace AnyEcg.Worker.Tests;

/// <summary>The checkout that the tests run in.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static string Mosquitto { get; } = Path.Combine(Root, "deploy", "mosquitto");

    private static string Find()
    {
        for (DirectoryInfo? d = new(AppContext.BaseDirectory); d is not null; d = d.Parent)
        {
            if (File.Exists(Path.Combine(d.FullName, "AnyEcg.Stream.sln")))
            {
                return d.FullName;
            }
        }

        throw new DirectoryNotFoundException("The tests run inside a checkout of the repository.");
    }
}
