using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using AnyEcg.Signal;

namespace AnyEcg.Protocol;

/// <summary>A stream descriptor as JSON; docs/protocol.md has the fields. Unknown fields are ignored, so that devices can add theirs.</summary>
public static class DescriptorJson
{
    /// <summary>Most bytes of a descriptor.</summary>
    public const int MaxBytes = 64 * 1024;

    private static readonly string[] ClockNames = Rejections.Names<ClockKind>();
    private static readonly string[] SexNames = Rejections.Names<WearerSex>();

    /// <summary>Reads and validates; <paramref name="descriptor"/> is null exactly when a reason is returned.</summary>
    /// <param name="utf8">The payload.</param>
    /// <param name="descriptor">The descriptor.</param>
    /// <param name="topic">The stream of its topic, which a descriptor that names its stream must agree with; null: unknown.</param>
    public static DescriptorRejection TryParse(ReadOnlyMemory<byte> utf8, out StreamDescriptor? descriptor, StreamKey? topic = null)
    {
        descriptor = null;
        if (utf8.Length > MaxBytes)
            return DescriptorRejection.TooLarge;
        using JsonDocument? document = JsonText.TryParse(utf8);
        if (document is null || document.RootElement.ValueKind != JsonValueKind.Object)
            return DescriptorRejection.BadJson;

        DocumentRejection claim = StreamClaim.Judge(document.RootElement, topic);
        if (claim != DocumentRejection.None)
            return claim == DocumentRejection.StreamMismatch ? DescriptorRejection.StreamMismatch : DescriptorRejection.BadJson;

        DescriptorRejection fault = Read(document.RootElement, out StreamDescriptor? read);
        if (fault == DescriptorRejection.None)
            fault = read!.Validate();
        if (fault == DescriptorRejection.None)
            descriptor = read;
        return fault;
    }

    /// <summary>Writes a descriptor, for devices.</summary>
    public static void Write(StreamDescriptor descriptor, IBufferWriter<byte> output)
    {
        using Utf8JsonWriter json = new(output, JsonOutput.Options);
        json.WriteStartObject();
        json.WriteNumber("sampleRateHz"u8, descriptor.SampleRateHz);
        WriteLeads(json, descriptor.Leads);
        WriteNumbers(json, "microvoltsPerLsb", descriptor.MicrovoltsPerLsb);
        WriteNumbers(json, "baseline", descriptor.Baseline);
        if (descriptor.AdcRange is { } range)
        {
            WriteNumbers(json, "adcMin", [.. range.Select(r => r.Min)]);
            WriteNumbers(json, "adcMax", [.. range.Select(r => r.Max)]);
        }

        json.WriteNumber("epoch"u8, descriptor.Epoch);
        json.WriteString("clock"u8, ClockNames[(int)descriptor.Clock]);
        json.WriteNumber("mains"u8, (int)descriptor.Mains);
        if (descriptor.ContentType is not null)
            json.WriteString("contentType"u8, descriptor.ContentType);
        if (descriptor.Age is int age)
            json.WriteNumber("age"u8, age);
        if (descriptor.Sex is WearerSex sex)
            json.WriteString("sex"u8, SexNames[(int)sex]);
        json.WriteEndObject();
    }

    private static DescriptorRejection Read(JsonElement root, out StreamDescriptor? descriptor)
    {
        descriptor = null;
        if (!root.TryNumber("sampleRateHz", out double rate))
            return DescriptorRejection.SampleRate;
        if (!TryLeads(root, out ImmutableArray<LeadDescriptor> leads))
            return DescriptorRejection.BadJson;
        if (!root.TryNumbers("microvoltsPerLsb", out ImmutableArray<double> gain))
            return DescriptorRejection.Gain;
        if (!TryOptional(root, "baseline", [0], out ImmutableArray<double> baseline))
            return DescriptorRejection.Baseline;
        if (!TryRange(root, out ImmutableArray<(double, double)>? range))
            return DescriptorRejection.AdcRange;
        if (!root.TryInteger("epoch", 0, uint.MaxValue, 0, out long? epoch))
            return DescriptorRejection.BadJson;
        if (!root.TryInteger("mains", 0, byte.MaxValue, 0, out long? mains))
            return DescriptorRejection.Mains;
        if (!root.TryInteger("age", 0, byte.MaxValue, null, out long? age))
            return DescriptorRejection.Age;
        if (!root.TryName("clock", ClockNames, out int? clock))
            return DescriptorRejection.Clock;
        if (!root.TryName("sex", SexNames, out int? sex))
            return DescriptorRejection.Sex;
        if (!root.TryText("contentType", out string? contentType))
            return DescriptorRejection.ContentType;

        descriptor = new StreamDescriptor
        {
            SampleRateHz = rate,
            Leads = leads,
            MicrovoltsPerLsb = gain,
            Baseline = baseline,
            AdcRange = range,
            Epoch = (uint)epoch!.Value,
            Clock = (ClockKind)(clock ?? 0),
            Mains = (MainsFrequency)mains!.Value,
            ContentType = contentType,
            Age = (int?)age,
            Sex = (WearerSex?)sex,
        };
        return DescriptorRejection.None;
    }

    private static bool TryLeads(JsonElement root, out ImmutableArray<LeadDescriptor> leads)
    {
        leads = [];
        if (!root.TryGetProperty("leads", out JsonElement array) || array.ValueKind != JsonValueKind.Array)
            return false;

        ImmutableArray<LeadDescriptor>.Builder read = ImmutableArray.CreateBuilder<LeadDescriptor>();
        foreach (JsonElement element in array.EnumerateArray())
        {
            // A bare string is a name: what a person types into mosquitto_pub.
            if (element.ValueKind == JsonValueKind.String && element.TryString(out string? bare))
                read.Add(new LeadDescriptor(bare));
            else if (element.ValueKind == JsonValueKind.Object
                && element.TryText("name", out string? name) && name is not null
                && element.TryInteger("mdc", 0, int.MaxValue, null, out long? mdc))
                read.Add(new LeadDescriptor(name, (int?)mdc));
            else
                return false;
        }

        leads = read.ToImmutable();
        return true;
    }

    private static bool TryOptional(JsonElement root, string name, ImmutableArray<double> absent, out ImmutableArray<double> values)
    {
        values = absent;
        return !root.TryGetProperty(name, out _) || root.TryNumbers(name, out values);
    }

    private static bool TryRange(JsonElement root, out ImmutableArray<(double Min, double Max)>? range)
    {
        range = null;
        bool min = root.TryGetProperty("adcMin", out _), max = root.TryGetProperty("adcMax", out _);
        if (!min && !max)
            return true;
        if (!root.TryNumbers("adcMin", out ImmutableArray<double> lows) || !root.TryNumbers("adcMax", out ImmutableArray<double> highs))
            return false;
        if (lows.Length != highs.Length)
            return false;
        range = [.. lows.Zip(highs)];
        return true;
    }

    private static void WriteLeads(Utf8JsonWriter json, ImmutableArray<LeadDescriptor> leads)
    {
        json.WriteStartArray("leads"u8);
        foreach (LeadDescriptor lead in leads)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, lead.Name);
            if (lead.Mdc is int mdc)
                json.WriteNumber("mdc"u8, mdc);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, ImmutableArray<double> values)
    {
        json.WritePropertyName(name);
        if (values.Length == 1)
        {
            json.WriteNumberValue(values[0]);
            return;
        }

        json.WriteStartArray();
        foreach (double value in values)
            json.WriteNumberValue(value);
        json.WriteEndArray();
    }
}
