using System.Globalization;

namespace AnyEcg.Model.Tests;

/// <summary>Theory that needs a clang that makes PTX for the cards; skipped, with the reason, where there is none.</summary>
internal sealed class ClangTheoryAttribute : TheoryAttribute
{
    private const int Oldest = 16;

    private static readonly Lazy<string?> Found = new(() => new[] { "clang-19", "clang-18", "clang-17", "clang-16", "clang" }.FirstOrDefault(KnowsTheCards));

    public ClangTheoryAttribute()
    {
        if (Found.Value == null)
            Skip = $"clang {Oldest} or later is missing: it makes PTX of the CUDA kernels";
    }

    /// <summary>The newest of them.</summary>
    public static string Clang => Found.Value!;

    private static bool KnowsTheCards(string clang) =>
        HostProgram.Run(clang, "-dumpversion") is (0, string version) && int.TryParse(version.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out int major) && major >= Oldest;
}
