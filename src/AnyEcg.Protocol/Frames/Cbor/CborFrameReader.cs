using System.Text;
using AnyEcg.Signal;

namespace AnyEcg.Protocol;

/// <summary>
/// Reads one CBOR frame in two steps, as <see cref="JsonFrameReader"/> does: <see cref="Scan"/> judges all fields, wherever they
/// stand in the map; <see cref="Fill"/> then knows the number of leads and copies the samples. Unknown fields are skipped.
/// </summary>
internal ref struct CborFrameReader(ReadOnlySpan<byte> message, uint defaultEpoch, StreamKey? topic)
{
    private CborCursor cursor = new(message);
    private FrameHead head = new(defaultEpoch);
    private long leads;
    private int samplesAt;

    public FrameRejection Scan()
    {
        if (!cursor.TryRead(out CborItem map) || map.Major != CborMajor.Map)
            return FrameRejection.BadCbor;
        for (ulong read = 0; !cursor.IsEnd(map, read); read++)
        {
            if (!cursor.TryText(out ReadOnlySpan<byte> name))
                return FrameRejection.BadCbor;
            FrameFields field = Field(name);
            if (!head.TrySee(field))
                return FrameRejection.BadCbor;
            FrameRejection fault = Value(field);
            if (fault != FrameRejection.None)
                return fault;
        }

        if (cursor.Remaining > 0 || !head.Has(FrameFields.Samples) || !head.Has(FrameFields.FirstSample))
            return FrameRejection.BadCbor;
        return head.JudgePosition();
    }

    /// <summary>Fills the frame after a clean <see cref="Scan"/>.</summary>
    public FrameRejection Fill(int? descriptorLeads, EcgFrame into)
    {
        head.WriteTo(into);
        cursor.At = samplesAt;
        int? known = head.Has(FrameFields.Leads) ? (int)leads : descriptorLeads;
        FrameRejection fault = CborSamples.Read(ref cursor, known, into);
        if (fault != FrameRejection.None)
            return fault;
        return head.Has(FrameFields.Leads) && leads != into.LeadCount ? FrameRejection.LeadCountMismatch : head.JudgeLeadOff(into.LeadCount);
    }

    private static FrameFields Field(ReadOnlySpan<byte> name)
        => name.SequenceEqual("epoch"u8) ? FrameFields.Epoch
        : name.SequenceEqual("firstSample"u8) ? FrameFields.FirstSample
        : name.SequenceEqual("deviceTime"u8) ? FrameFields.DeviceTime
        : name.SequenceEqual("deviceTimeOf"u8) ? FrameFields.DeviceTimeOf
        : name.SequenceEqual("leadOff"u8) ? FrameFields.LeadOff
        : name.SequenceEqual("samples"u8) ? FrameFields.Samples
        : name.SequenceEqual("leads"u8) ? FrameFields.Leads
        : name.SequenceEqual("group"u8) ? FrameFields.Group
        : name.SequenceEqual("stream"u8) ? FrameFields.Stream
        : FrameFields.None;

    private FrameRejection Value(FrameFields field)
    {
        switch (field)
        {
            case FrameFields.Epoch:
                bool fits = cursor.TryInteger(out long number) && number is >= 0 and <= uint.MaxValue;
                head.Epoch = (uint)number;
                return Cbor(fits);
            case FrameFields.FirstSample:
                return Cbor(cursor.TryInteger(out head.FirstSample));
            case FrameFields.DeviceTime:
                return DeviceTime();
            case FrameFields.DeviceTimeOf:
                bool text = cursor.TryText(out ReadOnlySpan<byte> of);
                head.TimeOfLast = of.SequenceEqual("last"u8);
                return Cbor(text && (head.TimeOfLast || of.SequenceEqual("first"u8)));
            case FrameFields.LeadOff:
                return LeadOffList();
            case FrameFields.Leads:
                return Cbor(cursor.TryInteger(out leads) && leads is >= 0 and <= int.MaxValue);
            case FrameFields.Samples:
                samplesAt = cursor.At;
                return Cbor(cursor.TrySkip());
            case FrameFields.Group:
                return Claim(topic?.Group);
            case FrameFields.Stream:
                return Claim(topic?.Stream);
            default:
                return Cbor(cursor.TrySkip());
        }
    }

    private static FrameRejection Cbor(bool good) => good ? FrameRejection.None : FrameRejection.BadCbor;

    private FrameRejection Claim(string? named)
    {
        if (!cursor.TryText(out ReadOnlySpan<byte> claimed))
            return FrameRejection.BadCbor;
        Span<byte> utf8 = stackalloc byte[256];
        bool agrees = named is null || (Encoding.UTF8.TryGetBytes(named, utf8, out int length) && claimed.SequenceEqual(utf8[..length]));
        return agrees ? FrameRejection.None : FrameRejection.StreamMismatch;
    }

    /// <summary>Integer nanoseconds, or ISO 8601 as a text with or without the tag (0) for it.</summary>
    private FrameRejection DeviceTime()
    {
        int start = cursor.At;
        if (cursor.TryInteger(out head.DeviceTimeNs))
            return FrameRejection.None;
        cursor.At = start;
        bool read = cursor.TryRead(out CborItem tag);
        if (!read || tag is not { Major: CborMajor.Tag, Argument: 0 })
            cursor.At = start;
        return cursor.TryText(out ReadOnlySpan<byte> text) && IsoTime.TryParse(text, out head.DeviceTimeNs)
            ? FrameRejection.None : FrameRejection.BadTime;
    }

    private FrameRejection LeadOffList()
    {
        if (!cursor.TryRead(out CborItem list) || list.Major != CborMajor.Array)
            return FrameRejection.BadCbor;
        for (ulong read = 0; !cursor.IsEnd(list, read); read++)
        {
            if (!cursor.TryInteger(out long lead))
                return FrameRejection.BadCbor;
            if (!head.TryLeadOff(lead))
                return FrameRejection.BadLeadOff;
        }

        return FrameRejection.None;
    }
}
