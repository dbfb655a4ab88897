using System.Text.Json;

namespace AnyEcg.Model;

/// <summary>Where one tensor lies: byte offset and length within the data, both checked.</summary>
internal sealed record TensorEntry(string Type, IReadOnlyList<long> Shape, long Offset, long Length);

/// <summary>The JSON header of a safetensors file.</summary>
internal static class SafetensorsHeader
{
    private const int MaxRank = 8;

    public static string TypeName<T>() => Type.GetTypeCode(typeof(T)) switch
    {
        TypeCode.Single => "F32",
        TypeCode.Int32 => "I32",
        TypeCode.Int64 => "I64",
        TypeCode.Byte => "U8",
        _ => throw new NotSupportedException($"No tensor holds {typeof(T)}."),
    };

    /// <summary>Parses the header and checks that the tensors tile the data exactly: no overlap, no hole, nothing outside.</summary>
    public static Dictionary<string, TensorEntry> Parse(ReadOnlyMemory<byte> header, long dataLength)
    {
        Dictionary<string, TensorEntry> entries = new(StringComparer.Ordinal);
        try
        {
            using JsonDocument document = JsonDocument.Parse(header, new JsonDocumentOptions { MaxDepth = 8 });
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                if (property.Name != "__metadata__" && !entries.TryAdd(property.Name, ParseEntry(property)))
                {
                    throw new InvalidDataException($"Tensor {property.Name} is there twice.");
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or OverflowException)
        {
            throw new InvalidDataException($"The safetensors header is malformed: {e.Message}", e);
        }

        CheckTiling(entries, dataLength);
        return entries;
    }

    private static TensorEntry ParseEntry(JsonProperty property)
    {
        JsonElement value = property.Value;
        long[] shape = [.. value.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64())];
        JsonElement offsets = value.GetProperty("data_offsets");
        if (shape.Length > MaxRank || shape.Any(d => d < 0) || offsets.GetArrayLength() != 2)
        {
            throw new InvalidDataException($"Tensor {property.Name} has a malformed shape or malformed offsets.");
        }

        string type = value.GetProperty("dtype").GetString() ?? string.Empty;
        long start = offsets[0].GetInt64();
        long length = checked(shape.Aggregate((long)Size(type), (product, d) => checked(product * d)));
        if (start < 0 || offsets[1].GetInt64() != checked(start + length))
        {
            throw new InvalidDataException($"The offsets of tensor {property.Name} do not fit its shape.");
        }

        return new TensorEntry(type, shape, start, length);
    }

    private static int Size(string type) => type switch
    {
        "F64" or "I64" or "U64" => 8,
        "F32" or "I32" or "U32" => 4,
        "F16" or "BF16" or "I16" or "U16" => 2,
        "I8" or "U8" or "BOOL" => 1,
        _ => throw new InvalidDataException($"Element type {type} is not known."),
    };

    private static void CheckTiling(Dictionary<string, TensorEntry> entries, long dataLength)
    {
        long end = 0;
        foreach ((string name, TensorEntry entry) in entries.OrderBy(e => e.Value.Offset).ThenBy(e => e.Value.Length))
        {
            if (entry.Offset != end || entry.Length > dataLength - end)
            {
                throw new InvalidDataException($"Tensor {name} at {entry.Offset} overlaps another, leaves a hole or ends outside the file.");
            }

            end += entry.Length;
        }

        if (end != dataLength)
        {
            throw new InvalidDataException($"The tensors cover {end} of {dataLength} bytes.");
        }
    }
}
