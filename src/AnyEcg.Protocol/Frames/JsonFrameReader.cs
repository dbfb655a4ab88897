using System.Text.Json;
using AnyEcg.Signal;

namespace AnyEcg.Protocol;

/// <summary>
/// Reads one JSON frame in two steps: <see cref="Scan"/> judges all fields and measures the samples, wherever they stand in the
/// object; <see cref="Fill"/> then knows the shape and copies them. Fields that it does not know are skipped.
/// </summary>
internal ref struct JsonFrameReader(ReadOnlySpan<byte> message, uint defaultEpoch, StreamKey? topic)
{
    private const int MaxDepth = 8;

    private Utf8JsonReader json = new(message, new JsonReaderOptions { MaxDepth = MaxDepth });
    private Utf8JsonReader samplesAt;
    private Utf8JsonReader base64At;
    private FrameHead head = new(defaultEpoch);
    private int rows;
    private int declaredLeads;
    private int samplesPerLead;
    private FrameCodec encoding = FrameCodec.Int16;

    /// <summary>Walks the whole object. May throw <see cref="JsonException"/> and <see cref="InvalidOperationException"/>.</summary>
    public FrameRejection Scan()
    {
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            return FrameRejection.BadJson;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            FrameFields field = Field();
            if (!head.TrySee(field))
                return FrameRejection.BadJson;
            json.Read();
            FrameRejection fault = Value(field);
            if (fault != FrameRejection.None)
                return fault;
        }

        // Reads past the end of the object, so that anything after it is noticed.
        json.Read();
        bool oneSource = head.Has(FrameFields.Samples) ^ head.Has(FrameFields.Base64);
        return oneSource && head.Has(FrameFields.FirstSample) ? head.JudgePosition() : FrameRejection.BadJson;
    }

    /// <summary>Fills the frame after a clean <see cref="Scan"/>.</summary>
    public FrameRejection Fill(int? descriptorLeads, EcgFrame into)
    {
        head.WriteTo(into);
        FrameRejection fault = head.Has(FrameFields.Samples) ? FillNumbers(into) : FillBase64(descriptorLeads, into);
        return fault != FrameRejection.None ? fault : head.JudgeLeadOff(into.LeadCount);
    }

    private readonly FrameFields Field()
        => json.ValueTextEquals("epoch"u8) ? FrameFields.Epoch
        : json.ValueTextEquals("firstSample"u8) ? FrameFields.FirstSample
        : json.ValueTextEquals("deviceTime"u8) ? FrameFields.DeviceTime
        : json.ValueTextEquals("deviceTimeOf"u8) ? FrameFields.DeviceTimeOf
        : json.ValueTextEquals("leadOff"u8) ? FrameFields.LeadOff
        : json.ValueTextEquals("samples"u8) ? FrameFields.Samples
        : json.ValueTextEquals("base64"u8) ? FrameFields.Base64
        : json.ValueTextEquals("encoding"u8) ? FrameFields.Encoding
        : json.ValueTextEquals("leads"u8) ? FrameFields.Leads
        : json.ValueTextEquals("group"u8) ? FrameFields.Group
        : json.ValueTextEquals("stream"u8) ? FrameFields.Stream
        : FrameFields.None;

    private FrameRejection Value(FrameFields field)
    {
        switch (field)
        {
            case FrameFields.Epoch:
                return Json(json.TokenType == JsonTokenType.Number && json.TryGetUInt32(out head.Epoch));
            case FrameFields.FirstSample:
                return Json(json.TokenType == JsonTokenType.Number && json.TryGetInt64(out head.FirstSample));
            case FrameFields.DeviceTime:
                return DeviceTime();
            case FrameFields.DeviceTimeOf:
                head.TimeOfLast = json.TokenType == JsonTokenType.String && json.ValueTextEquals("last"u8);
                return Json(head.TimeOfLast || (json.TokenType == JsonTokenType.String && json.ValueTextEquals("first"u8)));
            case FrameFields.LeadOff:
                return LeadOffList();
            case FrameFields.Samples:
                samplesAt = json;
                return Measure();
            case FrameFields.Base64:
                base64At = json;
                return Json(json.TokenType == JsonTokenType.String);
            case FrameFields.Encoding:
                return EncodingName();
            case FrameFields.Leads:
                return Json(json.TokenType == JsonTokenType.Number && json.TryGetInt32(out declaredLeads));
            case FrameFields.Group:
                return Claim(topic?.Group);
            case FrameFields.Stream:
                return Claim(topic?.Stream);
            default:
                json.Skip();
                return FrameRejection.None;
        }
    }

    private static FrameRejection Json(bool good) => good ? FrameRejection.None : FrameRejection.BadJson;

    private readonly FrameRejection Claim(string? named)
    {
        if (json.TokenType != JsonTokenType.String)
            return FrameRejection.BadJson;
        return named is null || json.ValueTextEquals(named) ? FrameRejection.None : FrameRejection.StreamMismatch;
    }

    private FrameRejection DeviceTime()
    {
        bool good = json.TokenType switch
        {
            JsonTokenType.Number => json.TryGetInt64(out head.DeviceTimeNs),
            JsonTokenType.String => !json.ValueIsEscaped && IsoTime.TryParse(json.ValueSpan, out head.DeviceTimeNs),
            _ => false,
        };
        return good ? FrameRejection.None : FrameRejection.BadTime;
    }

    private FrameRejection LeadOffList()
    {
        if (json.TokenType != JsonTokenType.StartArray)
            return FrameRejection.BadJson;
        while (json.Read() && json.TokenType == JsonTokenType.Number)
        {
            if (!json.TryGetInt32(out int lead) || !head.TryLeadOff(lead))
                return FrameRejection.BadLeadOff;
        }

        return Json(json.TokenType == JsonTokenType.EndArray);
    }

    private FrameRejection EncodingName()
    {
        if (json.TokenType != JsonTokenType.String)
            return FrameRejection.BadJson;
        encoding = json.ValueTextEquals("int16"u8) ? FrameCodec.Int16
            : json.ValueTextEquals("int24"u8) ? FrameCodec.Int24
            : json.ValueTextEquals("float32"u8) ? FrameCodec.Float32
            : default;
        return encoding == default ? FrameRejection.BadCodec : FrameRejection.None;
    }

    /// <summary>Counts leads and samples and leaves the reader on the array's end.</summary>
    private FrameRejection Measure()
    {
        if (json.TokenType != JsonTokenType.StartArray)
            return FrameRejection.BadJson;

        for (; json.Read() && json.TokenType == JsonTokenType.StartArray; rows++)
        {
            int count = 0;
            while (json.Read() && json.TokenType == JsonTokenType.Number)
                count++;
            if (json.TokenType != JsonTokenType.EndArray)
                return FrameRejection.BadJson;
            if (count > FrameLimits.MaxSamplesPerLead)
                return FrameRejection.TooLarge;
            if (rows > 0 && count != samplesPerLead)
                return FrameRejection.RaggedLeads;
            samplesPerLead = count;
        }

        if (json.TokenType != JsonTokenType.EndArray)
            return FrameRejection.BadJson;
        if (rows is 0 or > LeadSet.MaxLeads)
            return FrameRejection.BadLeadCount;
        return samplesPerLead == 0 ? FrameRejection.BadLength : FrameRejection.None;
    }

    private FrameRejection FillNumbers(EcgFrame into)
    {
        if (head.Has(FrameFields.Leads) && declaredLeads != rows)
            return FrameRejection.LeadCountMismatch;

        into.Resize(rows, samplesPerLead);
        Span<float> samples = into.Samples;
        for (int at = 0; at < samples.Length;)
        {
            samplesAt.Read();
            if (samplesAt.TokenType != JsonTokenType.Number)
                continue;
            if (!samplesAt.TryGetDouble(out double value))
                return FrameRejection.NotFinite;
            FrameRejection fault = SamplePayload.TryFloat(value, out samples[at++]);
            if (fault != FrameRejection.None)
                return fault;
        }

        return FrameRejection.None;
    }

    private FrameRejection FillBase64(int? descriptorLeads, EcgFrame into)
    {
        if (!head.Has(FrameFields.Leads) && descriptorLeads is null)
            return FrameRejection.NoDescriptor;
        int leads = head.Has(FrameFields.Leads) ? declaredLeads : descriptorLeads!.Value;
        return leads is < 1 or > LeadSet.MaxLeads ? FrameRejection.BadLeadCount : Base64Samples.Fill(ref base64At, encoding, leads, into);
    }
}
