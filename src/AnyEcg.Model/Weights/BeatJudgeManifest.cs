using System.Globalization;
using System.Text.Json;
using AnyEcg.Engine;
using AnyEcg.Signal;

namespace AnyEcg.Model;

/// <summary>
/// `beats.json` beside the network's manifest: the learned part of the beat judge. Written by `python3 -m training beats`; the
/// network is exported without it. A folder without the file has no judge. Immutable.
/// </summary>
public sealed record BeatJudgeManifest
{
    public const string FileName = "beats.json";

    public const int CurrentFormatVersion = 1;

    private const int MaxBytes = 1 << 20;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true };

    public required int FormatVersion { get; init; }

    /// <summary>File name of the weights, in the manifest's folder.</summary>
    public required string WeightsFile { get; init; }

    /// <summary>SHA-256 of the weights file, hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The features of a row, in order.</summary>
    public required IReadOnlyList<string> Features { get; init; }

    /// <summary>The classes, in order.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>What the judge was trained on, for people.</summary>
    public required string TrainingData { get; init; }

    /// <summary>The judge of a folder; null where there is none.</summary>
    /// <exception cref="InvalidDataException">The files do not fit each other or this version.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static BeatJudge? Load(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return null;
        }

        BeatJudgeManifest manifest;
        try
        {
            manifest = Read(path);
        }
        catch (Exception e) when (e is JsonException or InvalidDataException)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }

        return ModelLoader.ReadFile(path, manifest.WeightsFile, manifest.Sha256, file => new BeatJudge(Members(file, "gate"), Members(file, "classes")));
    }

    private static BeatJudgeManifest Read(string path)
    {
        Require(new FileInfo(path).Length <= MaxBytes, $"a manifest of more than {MaxBytes} bytes.");
        BeatJudgeManifest? manifest = JsonSerializer.Deserialize<BeatJudgeManifest>(File.ReadAllBytes(path), Json);
        Require(manifest is not null, "an empty document.");
        Require(manifest!.FormatVersion == CurrentFormatVersion, $"format version {manifest.FormatVersion}; this version reads {CurrentFormatVersion}.");
        Require(Path.GetFileName(manifest.WeightsFile) == manifest.WeightsFile && manifest.WeightsFile.Length > 0, "weightsFile must be a bare file name.");
        Require(manifest.Features.SequenceEqual(BeatFeatures.Names, StringComparer.Ordinal), "the features are not those of this version, in its order.");
        Require(manifest.Labels.SequenceEqual(Enum.GetNames<BeatClass>(), StringComparer.OrdinalIgnoreCase), "the labels are not those of this version, in its order.");
        return manifest;
    }

    /// <summary>NAME0, NAME1, ... as far as there are any.</summary>
    private static Perceptron[] Members(SafetensorsFile file, string name)
    {
        List<Perceptron> members = [];
        while (file.Contains(Member(name, members.Count) + ".first.weight"))
        {
            members.Add(Perceptron(file, Member(name, members.Count)));
        }

        return [.. members];
    }

    private static string Member(string name, int index) => string.Create(CultureInfo.InvariantCulture, $"{name}{index}");

    private static Perceptron Perceptron(SafetensorsFile file, string name) =>
        new(Layer(file, $"{name}.first"), Layer(file, $"{name}.second"), Layer(file, $"{name}.last"));

    private static DenseLayer Layer(SafetensorsFile file, string name)
    {
        float[] weight = file.Read<float>($"{name}.weight"), bias = file.Read<float>($"{name}.bias");
        Require(file.Shape($"{name}.weight").Count == 2 && file.Shape($"{name}.weight")[0] == bias.Length, $"the shapes of {name} do not fit each other.");
        Require(Array.TrueForAll(weight, float.IsFinite) && Array.TrueForAll(bias, float.IsFinite), $"{name} holds values that are not finite.");
        return new DenseLayer(weight, bias);
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new InvalidDataException(message);
        }
    }
}
