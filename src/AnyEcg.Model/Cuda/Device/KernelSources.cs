using System.Reflection;

namespace AnyEcg.Model;

/// <summary>The kernels' sources, carried in the assembly: one translation unit and what it includes.</summary>
/// <param name="Main">Name of the translation unit.</param>
/// <param name="Files">Text by name, the translation unit among them.</param>
internal sealed record KernelSources(string Main, IReadOnlyDictionary<string, string> Files)
{
    private const string Prefix = "Kernels/";

    /// <summary>anyecg.cu.</summary>
    public static KernelSources All { get; } = Read();

    private static KernelSources Read()
    {
        Assembly assembly = typeof(KernelSources).Assembly;
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            files[resource[Prefix.Length..]] = reader.ReadToEnd();
        }

        return new KernelSources("anyecg.cu", files);
    }
}
