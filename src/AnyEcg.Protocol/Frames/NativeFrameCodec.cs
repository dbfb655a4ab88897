using System.Buffers;
using AnyEcg.Signal;

namespace AnyEcg.Protocol;

/// <summary>
/// The native frame, <c>application/vnd.anyecg.frame</c>: a 40-byte header and lead-major samples, protected by a CRC-32C.
/// docs/protocol.md has the layout and golden vectors. Stateless; allocates nothing.
/// </summary>
public static class NativeFrameCodec
{
    public const string ContentType = "application/vnd.anyecg.frame";

    /// <summary>Bytes of the header.</summary>
    public const int HeaderBytes = NativeFrameHeader.Bytes;

    /// <summary>Writes a frame. When the frame does not fit the codec nothing is written and the reason is returned.</summary>
    public static FrameRejection Encode(EcgFrame frame, FrameCodec codec, IBufferWriter<byte> output)
    {
        FrameRejection fault = Judge(frame, codec);
        if (fault != FrameRejection.None)
            return fault;

        Span<byte> buffer = output.GetSpan(HeaderBytes + (frame.Samples.Length * SamplePayload.MaxBytesPerSample(codec)));
        Span<byte> to = buffer[HeaderBytes..];
        int written = codec switch
        {
            FrameCodec.Int16 => SamplePayload.WriteInt16(frame.Samples, to),
            FrameCodec.Int24 => SamplePayload.WriteInt24(frame.Samples, to),
            FrameCodec.Float32 => SamplePayload.WriteFloat32(frame.Samples, to),
            _ => DeltaVarint.Write(new EcgSamples(frame.Samples, frame.LeadCount), to),
        };
        if (HeaderBytes + written > FrameLimits.MaxPayloadBytes)
            return FrameRejection.TooLarge;

        NativeFrameHeader header = new(
            codec,
            (byte)frame.LeadCount,
            (byte)frame.DeviceTimeMark,
            frame.Epoch,
            (uint)frame.SamplesPerLead,
            (ulong)frame.FirstSample,
            frame.DeviceTimeMark == DeviceTimeMark.None ? 0 : frame.DeviceTimeNs,
            frame.LeadOff);
        header.Write(buffer[..(HeaderBytes + written)]);
        output.Advance(HeaderBytes + written);
        return FrameRejection.None;
    }

    /// <summary>
    /// Reads a message into a frame of the caller's. <see cref="EcgFrame.ReceivedNs"/> is left alone; after a rejection the
    /// other contents of <paramref name="into"/> are undefined.
    /// </summary>
    public static FrameRejection Decode(ReadOnlySpan<byte> message, EcgFrame into)
    {
        FrameRejection fault = NativeFrameHeader.TryRead(message, out NativeFrameHeader header);
        if (fault != FrameRejection.None)
            return fault;

        ReadOnlySpan<byte> payload = message[HeaderBytes..];
        long count = (long)header.SamplesPerLead * header.Leads;
        bool fits = header.Codec == FrameCodec.DeltaVarint
            ? payload.Length >= count && payload.Length <= count * DeltaVarint.MaxBytes
            : payload.Length == count * SamplePayload.MaxBytesPerSample(header.Codec);
        if (!fits)
            return FrameRejection.BadLength;

        into.Resize(header.Leads, (int)header.SamplesPerLead);
        into.Epoch = header.Epoch;
        into.FirstSample = (long)header.FirstSample;
        into.DeviceTimeMark = header.TimeMark;
        into.DeviceTimeNs = header.TimeMark == DeviceTimeMark.None ? 0 : header.DeviceTimeNs;
        into.LeadOff = header.LeadOff;
        return header.Codec switch
        {
            FrameCodec.Int16 => SamplePayload.ReadInt16(payload, into.Samples),
            FrameCodec.Int24 => SamplePayload.ReadInt24(payload, into.Samples),
            FrameCodec.Float32 => SamplePayload.ReadFloat32(payload, into.Samples),
            _ => DeltaVarint.Read(payload, new EcgSamples(into.Samples, header.Leads)),
        };
    }

    private static FrameRejection Judge(EcgFrame frame, FrameCodec codec)
    {
        FrameRejection shape = FrameShape.Judge(frame);
        if (shape != FrameRejection.None)
            return shape;
        return codec switch
        {
            FrameCodec.Int16 => SamplePayload.JudgeIntegers(frame.Samples, short.MinValue, short.MaxValue),
            FrameCodec.Int24 or FrameCodec.DeltaVarint
                => SamplePayload.JudgeIntegers(frame.Samples, FrameLimits.MinInteger, FrameLimits.MaxInteger),
            FrameCodec.Float32 => SamplePayload.JudgeFloats(frame.Samples),
            _ => FrameRejection.BadCodec,
        };
    }
}
