using System.Globalization;

namespace AnyEcg.Protocol.Tests;

/// <summary>Files of the repository that tests compare the code with.</summary>
internal static class RepositoryFiles
{
    public static string Root { get; } = FindRoot();

    public static string Protocol => File.ReadAllText(Path.Combine(Root, "docs", "protocol.md"));

    public static string Golden(string name) => Path.Combine(Root, "tests", "AnyEcg.Protocol.Tests", "Golden", name);

    /// <summary>All golden vectors.</summary>
    public static IEnumerable<string> HexNames => Directory.GetFiles(Golden(""), "*.hex").Select(file => Path.GetFileNameWithoutExtension(file));

    public static byte[] Hex(string name)
        => [.. File.ReadAllText(Golden($"{name}.hex"))
            .Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)
            .Select(text => byte.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture))];

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "AnyEcg.Stream.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests run outside the repository.");
    }
}
