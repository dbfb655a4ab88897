using System.Buffers;
using System.Text.Json;
using AnyEcg.Signal;

namespace AnyEcg.Protocol;

/// <summary>What a device says of itself.</summary>
public enum DeviceState : byte
{
    Online,

    /// <summary>Gone: said by itself before it leaves, or by the broker as its Will.</summary>
    Offline,

    /// <summary>Connected, but no electrode has contact.</summary>
    LeadOff,
}

/// <summary>The retained status of a device, also its Will. Immutable.</summary>
/// <param name="State">Online, offline or leadoff.</param>
/// <param name="LeadOff">Bit i: lead i is off.</param>
/// <param name="Battery">Charge in percent, 0 to 100; null where not known.</param>
public sealed record DeviceStatus(DeviceState State, uint LeadOff = 0, int? Battery = null)
{
    private static readonly string[] StateNames = ["online", "offline", "leadoff"];

    /// <summary>
    /// Reads a payload; <paramref name="status"/> is null exactly when a reason is returned. Where it names its stream, that must be
    /// the stream of its <paramref name="topic"/>.
    /// </summary>
    public static DocumentRejection TryParse(ReadOnlyMemory<byte> utf8, out DeviceStatus? status, StreamKey? topic = null)
    {
        status = null;
        DocumentRejection fault = StatusJson.Open(utf8, topic, out JsonDocument? document);
        if (fault != DocumentRejection.None)
            return fault;
        using (document)
        {
            JsonElement root = document!.RootElement;
            if (!root.TryName("state", StateNames, out int? state) || state is null
                || !root.TryInteger("battery", 0, 100, null, out long? battery)
                || !TryLeadOff(root, out uint leadOff))
                return DocumentRejection.BadField;
            status = new DeviceStatus((DeviceState)state, leadOff, (int?)battery);
            return DocumentRejection.None;
        }
    }

    public void Write(IBufferWriter<byte> output)
    {
        using Utf8JsonWriter json = new(output, JsonOutput.Options);
        json.WriteStartObject();
        json.WriteString("state"u8, StateNames[(int)State]);
        if (LeadOff != 0)
        {
            json.WriteStartArray("leadOff"u8);
            for (int lead = 0; lead < LeadSet.MaxLeads; lead++)
            {
                if ((LeadOff >> lead & 1) != 0)
                    json.WriteNumberValue(lead);
            }

            json.WriteEndArray();
        }

        if (Battery is int battery)
            json.WriteNumber("battery"u8, battery);
        json.WriteEndObject();
    }

    private static bool TryLeadOff(JsonElement root, out uint leadOff)
    {
        leadOff = 0;
        if (!root.TryGetProperty("leadOff", out JsonElement array))
            return true;
        if (array.ValueKind != JsonValueKind.Array)
            return false;
        foreach (JsonElement item in array.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt32(out int lead) || lead is < 0 or >= LeadSet.MaxLeads)
                return false;
            leadOff |= 1u << lead;
        }

        return true;
    }
}
