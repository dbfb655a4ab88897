namespace AnyEcg.Model.Tests;

/// <summary>Theory that needs a clang that makes PTX for the cards; skipped, with the reason, where there is none.</summary>
internal sealed class ClangTheoryAttribute : TheoryAttribute
{
    private static readonly Lazy<string?> Found = new(() => HostProgram.First("clang-19", "clang-18", "clang-17", "clang-16"));

    public ClangTheoryAttribute()
    {
        if (Found.Value == null)
            Skip = "clang 16 to 19 is missing: it makes PTX of the CUDA kernels";
    }

    /// <summary>The newest of them.</summary>
    public static string Clang => Found.Value!;
}
