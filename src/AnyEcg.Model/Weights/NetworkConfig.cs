using AnyEcg.Signal;

namespace AnyEcg.Model;

/// <summary>Sizes of the network; stored with the weights. Names as in docs/model.md.</summary>
public sealed record NetworkConfig
{
    /// <summary>Width D of a token. A multiple of 16.</summary>
    public required int Dim { get; init; }

    public required int Heads { get; init; }

    public required int TokenizerLayers { get; init; }

    public required int EncoderLayers { get; init; }

    /// <summary>Window W: seconds of its own lead that a token sees, itself included.</summary>
    public required int Window { get; init; }

    /// <summary>Channels C of the convolution stack. A multiple of 16.</summary>
    public required int Channels { get; init; }

    /// <summary>Groups of the convolution stack's normalisation.</summary>
    public required int Groups { get; init; }

    /// <summary>Rhythm codes K.</summary>
    public required int Codes { get; init; }

    public required int CodeDim { get; init; }

    public required int MlpRatio { get; init; }

    /// <summary>Slowest wavelength of the rotary embedding is 2 pi times this, in seconds.</summary>
    public required double RotaryBase { get; init; }

    /// <summary>Width H of the hidden layers of the row and record heads. A multiple of 16.</summary>
    public required int RowHidden { get; init; }

    /// <summary>Context features F that the row heads read: the first ones of <see cref="ContextFeature"/>, or none.</summary>
    public required int ContextFeatures { get; init; }

    public required int BeatChannels { get; init; }

    public required int BeatContext { get; init; }

    public required int BeatHidden { get; init; }

    public required int ArrhythmiaClasses { get; init; }

    internal int HeadDim => Dim / Heads;

    internal int Layers => TokenizerLayers + EncoderLayers;

    /// <summary>Refuses sizes that the engines cannot take, before any memory is reserved for them.</summary>
    /// <exception cref="InvalidDataException">A size is out of its range.</exception>
    public void Validate()
    {
        InRange(Dim, 16, 8192, 16, nameof(Dim));
        InRange(Heads, 1, 256, 1, nameof(Heads));
        InRange(TokenizerLayers, 0, 64, 1, nameof(TokenizerLayers));
        InRange(EncoderLayers, 1, 128, 1, nameof(EncoderLayers));
        InRange(Window, 2, 4096, 1, nameof(Window));
        InRange(Channels, 16, 256, 16, nameof(Channels));
        InRange(Groups, 1, Channels, 1, nameof(Groups));
        InRange(Codes, 1, 65536, 1, nameof(Codes));
        InRange(CodeDim, 1, 1024, 1, nameof(CodeDim));
        InRange(MlpRatio, 1, 16, 1, nameof(MlpRatio));
        InRange(RowHidden, 16, 4096, 16, nameof(RowHidden));
        InRange(ContextFeatures, 0, Signal.ContextFeatures.Count, 1, nameof(ContextFeatures));
        InRange(BeatChannels, 16, 1024, 16, nameof(BeatChannels));
        InRange(BeatContext, 16, 1024, 16, nameof(BeatContext));
        InRange(BeatHidden, 16, 1024, 16, nameof(BeatHidden));
        InRange(ArrhythmiaClasses, 1, 1024, 1, nameof(ArrhythmiaClasses));
        Require(Dim % Heads == 0 && HeadDim % 16 == 0, "The width of one attention head must be a multiple of 16.");
        Require(Channels % Groups == 0, "Groups must divide the channels.");
        Require(RotaryBase is >= 1 and <= 1e6, "RotaryBase must lie in 1 to 1e6.");
    }

    private static void InRange(int value, int min, int max, int multiple, string name) =>
        Require(value >= min && value <= max && value % multiple == 0, $"{name} = {value} must lie in {min} to {max} and be a multiple of {multiple}.");

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new InvalidDataException(message);
        }
    }
}
