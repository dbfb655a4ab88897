using System.Buffers;
using System.Buffers.Binary;
using AnyEcg.Signal;

namespace AnyEcg.Protocol;

/// <summary>
/// One notification of the ECG stream of a Polar chest strap (H10), as it comes over Bluetooth,
/// <c>application/vnd.polar.pmd</c>: a gateway passes the bytes on. Layout after Polar's description of its measurement data
/// (PMD) service: u8 measurement 0 (ECG), u64 nanoseconds since 2000-01-01T00:00:00Z of the last sample, u8 frame type 0, then
/// samples of 3 bytes, signed microvolts; all little-endian. There is no sample count in it: the frame is
/// <see cref="EcgFrame.Unplaced"/>. Stateless; allocates nothing.
/// </summary>
public static class PolarFrameCodec
{
    public const string ContentType = "application/vnd.polar.pmd";

    /// <summary>2000-01-01T00:00:00Z, from which the strap counts, in Unix nanoseconds.</summary>
    public const long EpochNs = 946_684_800_000_000_000;

    private const int HeaderBytes = 10, BytesPerSample = 3;

    /// <summary>Reads a notification; epoch and unit are the descriptor's. After a rejection the contents of <paramref name="into"/> are undefined.</summary>
    public static FrameRejection Decode(ReadOnlySpan<byte> message, StreamDescriptor? descriptor, EcgFrame into)
    {
        if (descriptor is null)
            return FrameRejection.NoDescriptor;
        if (message.Length < HeaderBytes + BytesPerSample || (message.Length - HeaderBytes) % BytesPerSample != 0)
            return FrameRejection.BadLength;
        if (message[0] != 0)
            return FrameRejection.BadMeasurement;
        if (message[9] != 0)
            return FrameRejection.BadCodec;

        int count = (message.Length - HeaderBytes) / BytesPerSample;
        ulong ns = BinaryPrimitives.ReadUInt64LittleEndian(message[1..]);
        if (count > FrameLimits.MaxSamplesPerLead)
            return FrameRejection.TooLarge;
        if (ns > long.MaxValue - EpochNs)
            return FrameRejection.BadTime;

        into.Resize(1, count);
        into.Epoch = descriptor.Epoch;
        into.FirstSample = EcgFrame.Unplaced;
        into.DeviceTimeNs = (long)ns + EpochNs;
        into.DeviceTimeMark = DeviceTimeMark.LastSample;
        into.LeadOff = 0;
        SamplePayload.ReadInt24(message[HeaderBytes..], into.Samples);
        return Scale(descriptor, into.Samples);
    }

    /// <summary>
    /// Writes the one lead of a frame as the strap would: its device time must be that of the last sample and not before 2000,
    /// its samples whole microvolts. When it does not fit, nothing is written and the reason is returned.
    /// </summary>
    public static FrameRejection Encode(EcgFrame frame, StreamDescriptor descriptor, IBufferWriter<byte> output)
    {
        if (frame.LeadCount != 1)
            return FrameRejection.BadLeadCount;
        if (frame.DeviceTimeMark != DeviceTimeMark.LastSample || frame.DeviceTimeNs < EpochNs)
            return FrameRejection.BadTime;
        StepScale scale = new(descriptor, 0);
        foreach (float step in frame.Samples)
        {
            if (Math.Round(scale.ToMicrovolts(step)) is not (>= FrameLimits.MinInteger and <= FrameLimits.MaxInteger))
                return FrameRejection.OutOfRange;
        }

        Span<byte> to = output.GetSpan(HeaderBytes + (BytesPerSample * frame.SamplesPerLead));
        to[0] = to[9] = 0;
        BinaryPrimitives.WriteUInt64LittleEndian(to[1..], (ulong)(frame.DeviceTimeNs - EpochNs));
        int at = HeaderBytes;
        foreach (float step in frame.Samples)
        {
            int microvolts = (int)Math.Round(scale.ToMicrovolts(step));
            (to[at], to[at + 1], to[at + 2]) = ((byte)microvolts, (byte)(microvolts >> 8), (byte)(microvolts >> 16));
            at += BytesPerSample;
        }

        output.Advance(at);
        return FrameRejection.None;
    }

    private static FrameRejection Scale(StreamDescriptor descriptor, Span<float> samples)
    {
        StepScale scale = new(descriptor, 0);
        foreach (ref float sample in samples)
        {
            FrameRejection fault = scale.TryStep(sample, out sample);
            if (fault != FrameRejection.None)
                return fault;
        }

        return FrameRejection.None;
    }
}
