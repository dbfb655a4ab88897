using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace AnyEcg.Protocol;

/// <summary>
/// Reading of small JSON documents from strangers: bounded depth, no field twice, and every access says false where the shape is
/// wrong. For documents of a few kilobytes; frames have a reader of their own.
/// </summary>
internal static class JsonText
{
    private const int DefaultDepth = 8;

    /// <summary>A document to be disposed, or null for text that is not JSON.</summary>
    public static JsonDocument? TryParse(ReadOnlyMemory<byte> utf8, int maxDepth = DefaultDepth)
    {
        try
        {
            return JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = maxDepth, AllowDuplicateProperties = false });
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>A finite number that must be there.</summary>
    public static bool TryNumber(this JsonElement root, string name, out double value)
    {
        value = 0;
        return root.TryGetProperty(name, out JsonElement element) && TryNumber(element, out value);
    }

    /// <summary>A finite number; <paramref name="absent"/> where the field is missing.</summary>
    public static bool TryNumber(this JsonElement root, string name, double? absent, out double? value)
    {
        value = absent;
        if (!root.TryGetProperty(name, out JsonElement element))
            return true;
        bool good = TryNumber(element, out double read);
        value = read;
        return good;
    }

    /// <summary>One number, or an array of 1 to 16 of them, that must be there.</summary>
    public static bool TryNumbers(this JsonElement root, string name, out ImmutableArray<double> values)
    {
        values = [];
        if (!root.TryGetProperty(name, out JsonElement element))
            return false;
        if (element.ValueKind != JsonValueKind.Array)
        {
            bool one = TryNumber(element, out double value);
            values = [value];
            return one;
        }

        ImmutableArray<double>.Builder read = ImmutableArray.CreateBuilder<double>();
        foreach (JsonElement item in element.EnumerateArray())
        {
            if (!TryNumber(item, out double value))
                return false;
            read.Add(value);
        }

        values = read.ToImmutable();
        return true;
    }

    /// <summary>An integer within [min, max]; <paramref name="absent"/> where the field is missing or null.</summary>
    public static bool TryInteger(this JsonElement root, string name, long min, long max, long? absent, out long? value)
    {
        value = absent;
        if (!root.TryGetProperty(name, out JsonElement element) || element.ValueKind == JsonValueKind.Null)
            return true;
        if (element.ValueKind != JsonValueKind.Number || !element.TryGetInt64(out long read) || read < min || read > max)
            return false;
        value = read;
        return true;
    }

    /// <summary>An object that must be there.</summary>
    public static bool TryObject(this JsonElement root, string name, out JsonElement value)
        => root.TryGetProperty(name, out value) && value.ValueKind == JsonValueKind.Object;

    /// <summary>A string; null where the field is missing or null.</summary>
    public static bool TryText(this JsonElement root, string name, out string? value)
    {
        value = null;
        return !root.TryGetProperty(name, out JsonElement element) || element.ValueKind == JsonValueKind.Null || element.TryString(out value);
    }

    /// <summary>One of a list of names, as its index; null where the field is missing or null.</summary>
    public static bool TryName(this JsonElement root, string name, string[] names, out int? index)
    {
        index = null;
        if (!root.TryText(name, out string? text))
            return false;
        if (text is null)
            return true;
        int found = Array.IndexOf(names, text);
        index = found < 0 ? null : found;
        return found >= 0;
    }

    /// <summary>The text of a string element; false where it is none, or its bytes are not UTF-8.</summary>
    public static bool TryString(this JsonElement element, [NotNullWhen(true)] out string? value)
    {
        value = null;
        if (element.ValueKind != JsonValueKind.String)
            return false;
        try
        {
            value = element.GetString();
        }
        catch (InvalidOperationException)
        {
            return false;
        }

        return value is not null;
    }

    private static bool TryNumber(JsonElement element, out double value)
    {
        value = 0;
        return element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out value) && double.IsFinite(value);
    }
}
