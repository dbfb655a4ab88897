using System.Numerics;

namespace AnyEcg.Model;

/// <summary>The sizes that passes are computed in, in tokens: powers of two. A pass takes the smallest that it fits; grids and products are as large as that.</summary>
internal sealed class CudaBuckets
{
    /// <summary>The smallest: a row of all leads.</summary>
    public const int Least = 16;

    public const int Most = 65_536;

    /// <param name="maxTokens">No pass has more; one may be smaller than the last bucket, never larger.</param>
    public CudaBuckets(int maxTokens)
    {
        int last = BitOperations.Log2((uint)Math.Max(maxTokens - 1, 1)) + 1, first = BitOperations.Log2(Least);
        Sizes = [.. Enumerable.Range(first, Math.Max(last - first, 0) + 1).Select(power => 1 << power)];
    }

    public int[] Sizes { get; }

    public int Largest => Sizes[^1];

    /// <summary>As many tokens of a pass as were asked for, as long as no array of them has more numbers than an integer counts.</summary>
    public static int MostTokens(NetworkConfig config, int wanted)
    {
        int widest = new[] { Math.Max(config.MlpRatio, 3) * config.Dim, ModelWeights.Steps * config.BeatContext, config.Codes + 8 }.Max();
        return Math.Min(wanted, 1 << BitOperations.Log2((uint)(int.MaxValue / widest)));
    }

    /// <summary>Which bucket so many tokens take.</summary>
    public static int Of(int tokens) => Math.Max(BitOperations.Log2((uint)Math.Max(tokens - 1, 1)) + 1 - BitOperations.Log2(Least), 0);
}
