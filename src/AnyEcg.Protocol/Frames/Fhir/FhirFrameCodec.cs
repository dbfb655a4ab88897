using System.Buffers;
using System.Text.Json;
using AnyEcg.Signal;

namespace AnyEcg.Protocol;

/// <summary>
/// A FHIR Observation (R4 or R5) with sampled data, <c>application/fhir+json</c>: all leads in one valueSampledData, interleaved,
/// or one component for each lead. Its effective time is that of the first sample; there is no sample count in it, so the frame
/// is <see cref="EcgFrame.Unplaced"/>. Reading takes pooled memory: the message's size and 50 KB.
/// </summary>
public static class FhirFrameCodec
{
    public const string ContentType = "application/fhir+json";

    /// <summary>Of the JSON: a component's coding is at depth 6, extensions nest deeper.</summary>
    private const int MaxDepth = 32;

    /// <summary>Of names, values and brackets: sixteen components take less than a thousand, the samples of each are one text.</summary>
    private const int MaxTokens = 4096;

    /// <summary>A period further off the descriptor's rate is another rate, not a rounded number.</summary>
    private const double LargestRateError = 0.02;

    /// <summary>
    /// Reads an Observation; leads, epoch and the steps of the samples are the descriptor's. After a rejection the contents of
    /// <paramref name="into"/> are undefined. A device identifier of ours must be that of <paramref name="topic"/>, where that is known.
    /// </summary>
    public static FrameRejection Decode(ReadOnlySpan<byte> message, StreamDescriptor? descriptor, EcgFrame into, StreamKey? topic = null)
    {
        if (descriptor is null)
            return FrameRejection.NoDescriptor;
        if (message.Length > FrameLimits.MaxPayloadBytes)
            return FrameRejection.TooLarge;
        FrameRejection form = Scan(message);
        if (form != FrameRejection.None)
            return form;
        byte[] rented = ArrayPool<byte>.Shared.Rent(Math.Max(1, message.Length));
        try
        {
            message.CopyTo(rented);
            using JsonDocument? document = JsonText.TryParse(rented.AsMemory(0, message.Length), MaxDepth);
            return document is { RootElement.ValueKind: JsonValueKind.Object } ? Read(document.RootElement, descriptor, into, topic) : FrameRejection.BadJson;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Bounds what a document of the message costs, before it is made.</summary>
    private static FrameRejection Scan(ReadOnlySpan<byte> message)
    {
        try
        {
            Utf8JsonReader json = new(message, new JsonReaderOptions { MaxDepth = MaxDepth });
            int tokens = 0;
            while (json.Read() && tokens <= MaxTokens)
                tokens++;
            return tokens <= MaxTokens ? FrameRejection.None : FrameRejection.TooLarge;
        }
        catch (JsonException)
        {
            return FrameRejection.BadJson;
        }
    }

    private static FrameRejection Read(JsonElement root, StreamDescriptor descriptor, EcgFrame into, StreamKey? topic)
    {
        FrameRejection claim = StreamClaim.JudgeFhir(root, topic);
        if (claim != FrameRejection.None)
            return claim;
        if (!root.TryText("resourceType", out string? type) || !root.TryText("status", out string? status))
            return FrameRejection.BadJson;
        if (type != "Observation" || status == "entered-in-error")
            return FrameRejection.BadMeasurement;
        if (!TryTime(root, out long timeNs))
            return FrameRejection.BadTime;

        (into.Epoch, into.FirstSample, into.LeadOff) = (descriptor.Epoch, EcgFrame.Unplaced, 0);
        (into.DeviceTimeMark, into.DeviceTimeNs) = (DeviceTimeMark.FirstSample, timeNs);
        FrameRejection fault = root.TryGetProperty("valueSampledData", out JsonElement one)
            ? ReadOne(one, 0, descriptor.Leads.Length, descriptor, into)
            : ReadComponents(root, descriptor, into);
        return fault == FrameRejection.None ? MissingValues.Resolve(into, 1 / descriptor.SampleRateHz) : fault;
    }

    /// <summary>Of the first sample: an instant, a time of day with offset, or the start of a period.</summary>
    private static bool TryTime(JsonElement root, out long ns)
    {
        JsonElement from = root;
        string name = root.TryGetProperty("effectiveInstant", out _) ? "effectiveInstant" : "effectiveDateTime";
        if (root.TryObject("effectivePeriod", out JsonElement period))
            (from, name) = (period, "start");
        bool good = from.TryTime(name, out long? time) && time is not null;
        ns = time ?? 0;
        return good;
    }

    private static FrameRejection ReadComponents(JsonElement root, StreamDescriptor descriptor, EcgFrame into)
    {
        if (!root.TryGetProperty("component", out JsonElement components) || components.ValueKind != JsonValueKind.Array)
            return FrameRejection.BadMeasurement;
        uint seen = 0;
        foreach (JsonElement component in components.EnumerateArray())
        {
            if (component.ValueKind != JsonValueKind.Object)
                return FrameRejection.BadJson;
            if (!component.TryGetProperty("valueSampledData", out JsonElement sampled))
                continue;
            int lead = FhirLeads.Find(component, descriptor);
            if (lead < 0 || (seen >> lead & 1) != 0)
                return FrameRejection.BadLead;
            FrameRejection fault = ReadOne(sampled, lead, 1, descriptor, into, first: seen == 0);
            if (fault != FrameRejection.None)
                return fault;
            seen |= 1u << lead;
        }

        return seen == 0 ? FrameRejection.BadMeasurement : FrameRejection.None;
    }

    /// <summary>Reads one SampledData into so many leads; the first one shapes the frame, leads that none fills stay without a value.</summary>
    private static FrameRejection ReadOne(
        JsonElement element, int lead, int dimensions, StreamDescriptor descriptor, EcgFrame into, bool first = true)
    {
        if (element.ValueKind != JsonValueKind.Object)
            return FrameRejection.BadJson;
        FrameRejection fault = SampledData.TryRead(element, out SampledData sampled);
        if (fault != FrameRejection.None)
            return fault;
        if (sampled.Dimensions != dimensions)
            return FrameRejection.LeadCountMismatch;
        if (Math.Abs((sampled.Period * descriptor.SampleRateHz) - 1) > LargestRateError)
            return FrameRejection.RateMismatch;
        fault = sampled.Count(out int points);
        if (fault != FrameRejection.None)
            return fault;
        if (first)
        {
            into.Resize(descriptor.Leads.Length, points);
            into.Samples.Fill(float.NaN);
        }

        return points == into.SamplesPerLead ? sampled.Fill(descriptor, lead, into) : FrameRejection.RaggedLeads;
    }
}
