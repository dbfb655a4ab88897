using System.Globalization;
using AnyEcg.Recordings;

namespace AnyEcg.Tool;

/// <summary>Noise for recordings that are to be prepared: what is trained on has its context features taken from the noisy signal, as live.</summary>
/// <param name="Noises">Each recording draws its noise from them by its name.</param>
/// <param name="SnrDb">Ratio of signal to noise.</param>
internal sealed record NoiseMix(NoiseLibrary Noises, double SnrDb)
{
    /// <summary>The noise of one recording, measured against its QRS complexes.</summary>
    /// <returns>The change, and what to call it.</returns>
    /// <exception cref="RecordingFormatException">The recording, its annotations or the noise are damaged.</exception>
    public (IFrameChange Change, string Name) For(PrepareItem item, RecordingOptions options)
    {
        using Recording record = Recording.Open(item.Path, options);
        string reference = item.Stem + ".atr";
        RecordTruth? truth = File.Exists(reference)
            ? RecordTruth.Read(reference, record.AnnotationRateHz, record.SampleCount / record.Format.SampleRateHz)
            : null;
        NoiseChoice choice = Noises.For(record.Info.Name, record.Format.SampleRateHz);
        NoiseMixer mixer = new(choice.Noise, choice.Start, QrsHeight.Measure(record, truth?.Beats), SnrDb, record.Format);
        return (mixer, string.Create(CultureInfo.InvariantCulture, $"{choice.Name} at {SnrDb:0.#} dB"));
    }
}
