using System.Globalization;

namespace AnyEcg.Model;

/// <summary>What the kernels ask of a network beyond <see cref="NetworkConfig.Validate"/>, and the sizes that they are compiled for.</summary>
internal static class CudaLimits
{
    /// <exception cref="CudaUnavailableException">A size is beyond what the kernels take.</exception>
    public static void Check(NetworkConfig config)
    {
        AtMost(config.Channels, 64, "convolution channels");
        AtMost(config.BeatChannels + config.BeatContext, 128, "features of a beat bin");
        AtMost(config.BeatHidden, 128, "hidden numbers of a beat bin");
        AtMost(config.Window, 1024, "seconds in the window");
        AtMost(config.HeadDim, 256, "numbers of an attention head");
        AtMost(config.CodeDim, 128, "numbers of a code");
    }

    /// <summary>The macros of pass.cuh, NAME=VALUE.</summary>
    public static string[] Defines(NetworkConfig config, bool full) =>
    [
        Define("DIM", config.Dim), Define("HEADS", config.Heads), Define("HEAD_DIM", config.HeadDim), Define("LAYERS", config.Layers),
        Define("TOKENIZER_LAYERS", config.TokenizerLayers), Define("WINDOW", config.Window), Define("CHANNELS", config.Channels),
        Define("GROUPS", config.Groups), Define("CODES", config.Codes), Define("CODE_DIM", config.CodeDim), Define("MLP", config.MlpRatio),
        Define("ROW_HIDDEN", config.RowHidden), Define("CONTEXT", config.ContextFeatures), Define("CONTEXT_STRIDE", Signal.ContextFeatures.Count),
        Define("BEAT_CHANNELS", config.BeatChannels), Define("BEAT_CONTEXT", config.BeatContext), Define("BEAT_HIDDEN", config.BeatHidden),
        Define("ARRHYTHMIA", config.ArrhythmiaClasses), Define("FULL", full ? 1 : 0), Define("BLOCK_THREADS", Kernel.BlockThreads),
    ];

    private static string Define(string name, int value) => string.Create(CultureInfo.InvariantCulture, $"{name}={value}");

    private static void AtMost(int value, int most, string what)
    {
        if (value > most)
        {
            throw new CudaUnavailableException($"The CUDA engine takes networks of at most {most} {what}; this one has {value}. The CPU engine takes it.");
        }
    }
}
