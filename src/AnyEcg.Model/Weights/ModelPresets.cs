namespace AnyEcg.Model;

/// <summary>
/// The sizes that benchmarks name: S is the released one; B, L and XL have the layers and widths that fit the 254 million, 500 million and 1.7 billion parameters
/// of the AnyECG paper's models, M lies between. A quarter of the layers are the tokenizer's, as in S, the heads of attention are 64 wide, and
/// the rest is as in S. Only S has released weights.
/// </summary>
public static class ModelPresets
{
    public static NetworkConfig S { get; } = new()
    {
        Dim = 128,
        Heads = 4,
        TokenizerLayers = 1,
        EncoderLayers = 3,
        Window = 64,
        Channels = 16,
        Groups = 4,
        Codes = 1024,
        CodeDim = 32,
        MlpRatio = 4,
        RotaryBase = 1000,
        RowHidden = 96,
        ContextFeatures = 61,
        BeatChannels = 48,
        BeatContext = 16,
        BeatHidden = 32,
        ArrhythmiaClasses = 15,
    };

    public static NetworkConfig M { get; } = Sized(384, 14);

    public static NetworkConfig B { get; } = Sized(1024, 20);

    public static NetworkConfig L { get; } = Sized(1024, 40);

    public static NetworkConfig XL { get; } = Sized(2048, 34);

    public static IReadOnlyList<string> Names { get; } = ["s", "m", "b", "l", "xl"];

    /// <summary>The sizes of one of <see cref="Names"/>.</summary>
    /// <exception cref="ArgumentException">It is none of them.</exception>
    public static NetworkConfig Find(string name) => name switch
    {
        "s" => S,
        "m" => M,
        "b" => B,
        "l" => L,
        "xl" => XL,
        _ => throw new ArgumentException($"There is no preset '{name}'; there are {string.Join(", ", Names)}.", nameof(name)),
    };

    private static NetworkConfig Sized(int width, int layers) => S with
    {
        Dim = width,
        Heads = width / 64,
        TokenizerLayers = layers / 4,
        EncoderLayers = layers - layers / 4,
    };
}
