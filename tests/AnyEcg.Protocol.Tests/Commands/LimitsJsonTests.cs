using System.Buffers;
using System.Text.Json;
using AnyEcg.Alerts;

namespace AnyEcg.Protocol.Tests;

public sealed class LimitsJsonTests
{
    [Fact]
    public void Write_EveryFieldOfEveryKind_ReadsBackToTheBit()
    {
        Random random = new(11);
        for (int i = 0; i < 500; i++)
        {
            SortedDictionary<AlertKind, AlertKindOptions> limits = [];
            foreach (AlertKind kind in Enum.GetValues<AlertKind>().Where(_ => random.Next(4) == 0))
                limits.Add(kind, Any(random));
            Assert.Equal(JsonSerializer.Serialize(limits), JsonSerializer.Serialize(Through(limits)));
        }
    }

    [Fact]
    public void Write_EachFieldAlone_IsThatFieldInCamelCase()
    {
        foreach (System.Reflection.PropertyInfo property in typeof(AlertKindOptions).GetProperties())
        {
            AlertKindOptions options = new();
            Type type = Nullable.GetUnderlyingType(property.PropertyType)!;
            property.SetValue(options, type == typeof(bool) ? true : type == typeof(double) ? 1.5 : type == typeof(int) ? 7 : AlertPriority.High);
            string name = char.ToLowerInvariant(property.Name[0]) + property.Name[1..];
            Assert.Contains($"\"asystole\":{{\"{name}\":", Text(new() { [AlertKind.Asystole] = options }), StringComparison.Ordinal);
            Assert.NotNull(property.GetValue(Through(new() { [AlertKind.Asystole] = options })[AlertKind.Asystole]));
        }
    }

    private static string Text(SortedDictionary<AlertKind, AlertKindOptions> limits)
    {
        ArrayBufferWriter<byte> output = new();
        using (Utf8JsonWriter json = new(output))
            LimitsJson.Write(json, limits);
        return System.Text.Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static IReadOnlyDictionary<AlertKind, AlertKindOptions> Through(SortedDictionary<AlertKind, AlertKindOptions> limits)
    {
        using JsonDocument document = JsonDocument.Parse(Text(limits));
        return LimitsJson.TryRead(document.RootElement)!;
    }

    private static AlertKindOptions Any(Random random)
    {
        AlertKindOptions options = new();
        foreach (System.Reflection.PropertyInfo property in typeof(AlertKindOptions).GetProperties().Where(_ => random.Next(2) == 0))
        {
            Type type = Nullable.GetUnderlyingType(property.PropertyType)!;
            property.SetValue(options, type == typeof(bool) ? random.Next(2) == 0 : type == typeof(double) ? (random.NextDouble() - 0.5) * 1e9
                : type == typeof(int) ? random.Next(-5, 1 << 20) : (AlertPriority)random.Next(4));
        }

        return options;
    }
}
