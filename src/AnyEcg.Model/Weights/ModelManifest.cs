using System.Text.Json;
using AnyEcg.Engine;
using AnyEcg.Signal;

namespace AnyEcg.Model;

/// <summary>The JSON document beside the weights: what they are, and what they fit. Written by training/export.py. Immutable.</summary>
public sealed record ModelManifest
{
    public const int CurrentFormatVersion = 2;

    private const int MaxBytes = 1 << 20;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true };

    public required int FormatVersion { get; init; }

    public required string Name { get; init; }

    /// <summary>File name of the weights, in the manifest's folder.</summary>
    public required string WeightsFile { get; init; }

    /// <summary>SHA-256 of the weights file, hexadecimal.</summary>
    public required string Sha256 { get; init; }

    public required int SampleRateHz { get; init; }

    public required int PatchSamples { get; init; }

    public required int BeatWindowLeadSamples { get; init; }

    /// <summary>Version of the context features that the network was trained on: <see cref="ContextFeatures.Version"/>.</summary>
    public required int ContextVersion { get; init; }

    public required NetworkConfig Config { get; init; }

    /// <summary>Heads that were trained; the others hold start values.</summary>
    public required IReadOnlyList<string> TrainedHeads { get; init; }

    public required IReadOnlyList<string> LeadLabels { get; init; }

    public required IReadOnlyList<string> RhythmLabels { get; init; }

    public required IReadOnlyList<string> BeatLabels { get; init; }

    public required IReadOnlyList<string> ArrhythmiaLabels { get; init; }

    public required IReadOnlyList<string> StripLabels { get; init; }

    /// <summary>What lead reconstruction goes by; null where the model has none.</summary>
    public ReconstructionFile? Reconstruction { get; init; }

    /// <summary>What the weights were trained on, for people.</summary>
    public required string TrainingData { get; init; }

    /// <summary>Name and hash, for the evidence of an alert.</summary>
    public string ModelId => $"{Name}@{Sha256[..12]}";

    /// <summary><see cref="TrainedHeads"/> as flags.</summary>
    public ModelHeads Heads => TrainedHeads.Aggregate(ModelHeads.None, (heads, name) => heads | Enum.Parse<ModelHeads>(name, ignoreCase: true));

    /// <summary>Reads and checks a manifest.</summary>
    /// <exception cref="InvalidDataException">It is no manifest, or not one that this version serves.</exception>
    public static ModelManifest Read(string path)
    {
        if (new FileInfo(path).Length > MaxBytes)
        {
            throw new InvalidDataException($"{path}: a manifest of more than {MaxBytes} bytes.");
        }

        try
        {
            ModelManifest manifest = JsonSerializer.Deserialize<ModelManifest>(File.ReadAllBytes(path), Json)
                ?? throw new InvalidDataException("an empty document.");
            manifest.Validate();
            return manifest;
        }
        catch (Exception e) when (e is JsonException or InvalidDataException)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }

    private void Validate()
    {
        Require(FormatVersion == CurrentFormatVersion, $"format version {FormatVersion}; this version reads {CurrentFormatVersion}.");
        Require(Name.Length is > 0 and <= 100, "the name is empty or too long.");
        Require(Path.GetFileName(WeightsFile) == WeightsFile && WeightsFile.Length > 0, "weightsFile must be a bare file name.");
        Require(Sha256.Length == 64 && Sha256.All(char.IsAsciiHexDigit), "sha256 is not 64 hexadecimal digits.");
        Require(SampleRateHz == PatchSecond.ModelRateHz, $"sample rate {SampleRateHz} Hz; the signal path gives {PatchSecond.ModelRateHz} Hz.");
        Require(PatchSamples == PatchSecond.PatchSamples, $"patches of {PatchSamples} samples; the signal path gives {PatchSecond.PatchSamples}.");
        Require(BeatWindowLeadSamples == StepScores.BeatWindowLeadSamples, $"a beat window {BeatWindowLeadSamples} samples early; {StepScores.BeatWindowLeadSamples} is expected.");
        Require(ContextVersion == ContextFeatures.Version, $"context features of version {ContextVersion}; the signal path gives those of version {ContextFeatures.Version}.");
        Require(Same(StripLabels, Signal.StripLabels.Names), "the strip labels are not those of this version, in its order.");
        Require(Same(RhythmLabels, Enum.GetNames<RhythmClass>()), "the rhythm labels are not those of this version, in its order.");
        Require(Same(BeatLabels, ["none", .. Enum.GetNames<BeatClass>()]), "the beat labels are not those of this version, in its order.");
        Require(LeadLabels.SequenceEqual(LabelsOfLeads, StringComparer.OrdinalIgnoreCase), "the lead labels are not those of this version, in its order.");
        Require(TrainedHeads.All(name => Enum.TryParse(name, ignoreCase: true, out ModelHeads head) && int.IsPow2((int)head)), "trainedHeads names a head that this version does not know.");
        Require(Reconstruction is null or { FileName.Length: > 0, Sha256.Length: 64 }, "reconstruction needs a bare file name and 64 hexadecimal digits.");
        Config.Validate();
        Require(ArrhythmiaLabels.Count == Config.ArrhythmiaClasses || !Heads.HasFlag(ModelHeads.Arrhythmia), "a trained arrhythmia head needs one label for each class.");
    }

    private static readonly string[] LabelsOfLeads = Enum.GetNames<Lead>();

    private static bool Same(IReadOnlyList<string> labels, IReadOnlyList<string> expected) =>
        labels.SequenceEqual(expected, StringComparer.OrdinalIgnoreCase);

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new InvalidDataException(message);
        }
    }
}

/// <summary>The file with the second moments of leads (training/reconstruction.py), beside the manifest.</summary>
/// <param name="File">Bare file name.</param>
/// <param name="Sha256">Of the file, hexadecimal.</param>
public sealed record ReconstructionFile(string File, string Sha256)
{
    /// <summary>The file's name; empty if it is none, or a path.</summary>
    internal string FileName => Path.GetFileName(File) == File ? File : "";
}
