using System.Buffers;
using System.Text.Json;
using AnyEcg.Signal;

namespace AnyEcg.Protocol;

/// <summary>
/// The JSON frame, <c>application/json</c>: for tutorials, tests and devices that have nothing better. docs/protocol.md has the
/// fields. Read as a stream of tokens straight into the frame: two passes over the samples, no document tree.
/// </summary>
public static class JsonFrameCodec
{
    public const string ContentType = "application/json";

    /// <summary>Most samples of all leads that are written: 15 characters each and a comma stay within a message.</summary>
    private const int MaxSamples = 60_000;

    /// <summary>Writes a frame with its samples as arrays of numbers. When it does not fit, nothing is written and the reason is returned.</summary>
    public static FrameRejection Encode(EcgFrame frame, IBufferWriter<byte> output)
    {
        FrameRejection fault = FrameShape.Judge(frame);
        if (fault == FrameRejection.None)
            fault = SamplePayload.JudgeFloats(frame.Samples);
        if (fault == FrameRejection.None && frame.Samples.Length > MaxSamples)
            fault = FrameRejection.TooLarge;
        if (fault != FrameRejection.None)
            return fault;

        using Utf8JsonWriter json = new(output, JsonOutput.Options);
        json.WriteStartObject();
        json.WriteNumber("epoch"u8, frame.Epoch);
        json.WriteNumber("firstSample"u8, frame.FirstSample);
        WriteDeviceTime(json, frame);
        if (frame.LeadOff != 0)
            WriteLeadOff(json, frame);
        json.WriteStartArray("samples"u8);
        for (int lead = 0; lead < frame.LeadCount; lead++)
        {
            json.WriteStartArray();
            foreach (float sample in frame.LeadSamples(lead))
                json.WriteNumberValue(sample);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        return FrameRejection.None;
    }

    /// <summary>
    /// Reads a message into a frame of the caller's. A descriptor, where there is one, gives the epoch and the number of leads
    /// that the message leaves out. After a rejection the contents of <paramref name="into"/> are undefined.
    /// A message that names its group or stream must name those of <paramref name="topic"/>, where that is known.
    /// </summary>
    public static FrameRejection Decode(ReadOnlySpan<byte> message, StreamDescriptor? descriptor, EcgFrame into, StreamKey? topic = null)
    {
        if (message.Length > FrameLimits.MaxPayloadBytes)
            return FrameRejection.TooLarge;
        try
        {
            JsonFrameReader reader = new(message, descriptor?.Epoch ?? 0, topic);
            FrameRejection fault = reader.Scan();
            return fault == FrameRejection.None ? reader.Fill(descriptor?.Leads.Length, into) : fault;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The reader reports bad syntax as the first and bad UTF-8 in a string as the second.
            return FrameRejection.BadJson;
        }
    }

    private static void WriteDeviceTime(Utf8JsonWriter json, EcgFrame frame)
    {
        if (frame.DeviceTimeMark == DeviceTimeMark.None)
            return;
        json.WriteNumber("deviceTime"u8, frame.DeviceTimeNs);
        if (frame.DeviceTimeMark == DeviceTimeMark.LastSample)
            json.WriteString("deviceTimeOf"u8, "last"u8);
    }

    private static void WriteLeadOff(Utf8JsonWriter json, EcgFrame frame)
    {
        json.WriteStartArray("leadOff"u8);
        for (int lead = 0; lead < frame.LeadCount; lead++)
        {
            if ((frame.LeadOff >> lead & 1) != 0)
                json.WriteNumberValue(lead);
        }

        json.WriteEndArray();
    }
}
