using System.Globalization;
using System.Text.RegularExpressions;

namespace AnyEcg.Model.Tests;

/// <summary>PTX as far as the tests ask about it: its kernels, and what each declares and uses.</summary>
internal sealed partial class PtxText
{
    private readonly Dictionary<string, int> shared;

    public PtxText(string text)
    {
        Text = text;
        shared = SharedVariable().Matches(text).ToDictionary(match => match.Groups[1].Value, match => int.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture));
        var entries = Entry().Matches(text);
        for (int i = 0; i < entries.Count; i++)
            Kernels[entries[i].Groups[1].Value] = text[entries[i].Index..(i + 1 < entries.Count ? entries[i + 1].Index : text.Length)];
    }

    public string Text { get; }

    /// <summary>Body by name.</summary>
    public Dictionary<string, string> Kernels { get; } = [];

    /// <summary>Bytes of shared memory that a kernel names.</summary>
    public int SharedBytes(string kernel) => shared.Where(variable => Kernels[kernel].Contains(variable.Key, StringComparison.Ordinal)).Sum(variable => variable.Value);

    /// <summary>Bytes of the kernel's one parameter.</summary>
    public int ParameterBytes(string kernel) => int.Parse(Parameter().Match(Kernels[kernel]).Groups[1].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\.visible \.entry (\w+)\(")]
    private static partial Regex Entry();

    [GeneratedRegex(@"\.shared\s+\.align \d+ \.b8 (\w+)\[(\d+)\]")]
    private static partial Regex SharedVariable();

    [GeneratedRegex(@"\.param \.align \d+ \.b8 \w+\[(\d+)\]")]
    private static partial Regex Parameter();
}
