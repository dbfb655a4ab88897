using System.Text.Json;
using System.Text.Json.Serialization;

namespace AnyEcg.Simulator;

/// <summary>Reads a scenario strictly: an unknown field, a field twice, a comment or a value out of range is a fault that names its place.</summary>
public static class ScenarioFile
{
    /// <summary>A scenario is written by hand: what is longer is something else.</summary>
    private const int MaxBytes = 1 << 20;

    private static readonly JsonSerializerOptions Rules = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        NumberHandling = JsonNumberHandling.Strict,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false) },
    };

    /// <exception cref="ScenarioException">The file is no scenario; the message names file, line and field.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Scenario Load(string path)
    {
        FileInfo file = new(path);
        if (file.Exists && file.Length > MaxBytes)
            throw new ScenarioException($"{path}: longer than {MaxBytes} bytes");
        return Parse(File.ReadAllBytes(path), path);
    }

    /// <param name="utf8">The text of the file.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <exception cref="ScenarioException">It is no scenario; the message names file, line and field.</exception>
    public static Scenario Parse(ReadOnlySpan<byte> utf8, string name)
    {
        Scenario scenario;
        try
        {
            scenario = JsonSerializer.Deserialize<Scenario>(utf8, Rules) ?? throw new ScenarioException($"{name}: null is no scenario");
        }
        catch (JsonException e)
        {
            throw new ScenarioException($"{name}, line {(e.LineNumber ?? 0) + 1}, {e.Path}: {Reason(e)}");
        }

        string[] faults = [.. scenario.Validate()];
        return faults.Length == 0 ? scenario : throw new ScenarioException(string.Join('\n', faults.Select(fault => $"{name}, $.{fault}")));
    }

    /// <summary>The serializer's words without the place it repeats at their end.</summary>
    private static string Reason(JsonException e)
    {
        int place = e.Message.IndexOf(" Path: ", StringComparison.Ordinal);
        return place < 0 ? e.Message : e.Message[..place];
    }
}

/// <summary>A file is no scenario. The message is for the user.</summary>
public sealed class ScenarioException(string message) : Exception(message);
