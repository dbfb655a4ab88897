namespace AnyEcg.Model.Tests;

/// <summary>Networks that kernels are tested with, by name.</summary>
internal static class KernelSizes
{
    /// <summary>
    /// The small network of the other tests; the sizes of the released one; one whose products take more than one turn; one whose heads and
    /// window fill no load; one whose heads are wide; one whose head takes a whole warp, and
    /// whose rows stay in no registers.
    /// </summary>
    public static NetworkConfig Of(string name) => name switch
    {
        "small" => TestNetwork.Config,
        "released" => TestNetwork.Config with { Dim = 128, Heads = 4, Window = 64, Codes = 1024, CodeDim = 32, BeatChannels = 48, BeatHidden = 32 },
        "wide" => TestNetwork.Config with { Dim = 48, Heads = 3, Channels = 48, Groups = 16, BeatChannels = 80, BeatContext = 48, BeatHidden = 96 },
        "long" => TestNetwork.Config with { Dim = 96, Heads = 2, Window = 130, Codes = 300, CodeDim = 37, ArrhythmiaClasses = 40 },
        "broad" => TestNetwork.Config with { Dim = 256, Heads = 1 },
        "deep" => TestNetwork.Config with { Dim = 128, Heads = 2, Window = 64 },
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    /// <summary>Sizes of the kernels' own, NAME=VALUE: "broad" rows stand for those above 2,048 numbers, which cost a test too much.</summary>
    public static IEnumerable<string> Defines(NetworkConfig config) => config.Dim == Of("broad").Dim ? ["WIDEST_KEPT=128"] : [];

    public static ModelWeights Weights(string name, int seed = 1) => ModelWeights.Random(Of(name), seed);

    public static float[] Noise(int seed, int count, float spread = 1)
    {
        Random random = new(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
            values[i] = spread * (2 * random.NextSingle() - 1);
        return values;
    }
}

/// <summary>Seven tokens in a bucket of sixteen, of every kind that the kernels tell apart.</summary>
internal static class KernelTokens
{
    public const int Count = 7, Bucket = 16, Blocks = Bucket / 4;

    public static TokenMeta[] All { get; } = [.. Enumerable.Range(0, Bucket).Select(Token)];

    public static bool ReadOnly(int token) => (All[token].Flags & TokenFlags.ReadOnly) != 0;

    /// <summary>The tokens 1 and 5 are read-only; 2, 3, 5 and 6 have a second before, those of 3 and 6 in the same pass.</summary>
    private static TokenMeta Token(int token) => new()
    {
        LeadSlot = (3 * token + 1) % Bucket,
        Lead = token % 15,
        Before = token switch { 3 => 0, 6 => 4, _ => -1 },
        Flags = (token is 1 or 5 ? TokenFlags.ReadOnly : 0) | (token is 2 or 3 or 5 or 6 ? TokenFlags.HasBefore : 0),
    };
}
