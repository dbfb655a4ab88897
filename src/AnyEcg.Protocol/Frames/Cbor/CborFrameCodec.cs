using System.Buffers;
using System.Numerics;
using AnyEcg.Signal;

namespace AnyEcg.Protocol;

/// <summary>
/// The CBOR frame, <c>application/cbor</c>: the fields of the JSON frame in a map (RFC 8949), the samples as typed arrays
/// (RFC 8746) or plain ones. docs/protocol.md has the forms. Stateless; reading allocates nothing.
/// </summary>
public static class CborFrameCodec
{
    public const string ContentType = "application/cbor";

    /// <summary>
    /// Writes a frame with one typed array for each lead, of 16-bit integers where these carry it, else 32-bit integers, else
    /// binary32. When it does not fit, nothing is written and the reason is returned.
    /// </summary>
    public static FrameRejection Encode(EcgFrame frame, IBufferWriter<byte> output)
    {
        FrameRejection fault = FrameShape.Judge(frame);
        if (fault == FrameRejection.None)
            fault = SamplePayload.JudgeFloats(frame.Samples);
        byte tag = Tag(frame.Samples);
        if (fault == FrameRejection.None && frame.Samples.Length * TypedArray.Width(tag) > FrameLimits.MaxPayloadBytes - 1024)
            fault = FrameRejection.TooLarge;
        if (fault != FrameRejection.None)
            return fault;

        CborOutput cbor = new(output);
        bool last = frame.DeviceTimeMark == DeviceTimeMark.LastSample;
        int times = frame.DeviceTimeMark == DeviceTimeMark.None ? 0 : last ? 2 : 1;
        cbor.Head(CborMajor.Map, (ulong)(3 + times + (frame.LeadOff == 0 ? 0 : 1)));
        cbor.Text("epoch"u8);
        cbor.Integer(frame.Epoch);
        cbor.Text("firstSample"u8);
        cbor.Integer(frame.FirstSample);
        if (times > 0)
        {
            cbor.Text("deviceTime"u8);
            cbor.Integer(frame.DeviceTimeNs);
        }

        if (last)
        {
            cbor.Text("deviceTimeOf"u8);
            cbor.Text("last"u8);
        }

        WriteLeadOff(cbor, frame.LeadOff);
        cbor.Text("samples"u8);
        cbor.Head(CborMajor.Array, (ulong)frame.LeadCount);
        for (int lead = 0; lead < frame.LeadCount; lead++)
            cbor.Numbers(tag, frame.LeadSamples(lead));
        return FrameRejection.None;
    }

    /// <summary>
    /// Reads a message into a frame of the caller's. A descriptor, where there is one, gives the epoch and the number of leads
    /// that the message leaves out. After a rejection the contents of <paramref name="into"/> are undefined.
    /// </summary>
    public static FrameRejection Decode(ReadOnlySpan<byte> message, StreamDescriptor? descriptor, EcgFrame into, StreamKey? topic = null)
    {
        if (message.Length > FrameLimits.MaxPayloadBytes)
            return FrameRejection.TooLarge;
        CborFrameReader reader = new(message, descriptor?.Epoch ?? 0, topic);
        FrameRejection fault = reader.Scan();
        return fault == FrameRejection.None ? reader.Fill(descriptor?.Leads.Length, into) : fault;
    }

    private static byte Tag(ReadOnlySpan<float> samples)
        => SamplePayload.JudgeIntegers(samples, short.MinValue, short.MaxValue) == FrameRejection.None ? TypedArray.Int16Tag
        : SamplePayload.JudgeIntegers(samples, -(1 << 24), 1 << 24) == FrameRejection.None ? TypedArray.Int32Tag
        : TypedArray.Float32Tag;

    private static void WriteLeadOff(in CborOutput cbor, uint leadOff)
    {
        if (leadOff == 0)
            return;
        cbor.Text("leadOff"u8);
        cbor.Head(CborMajor.Array, (ulong)BitOperations.PopCount(leadOff));
        for (; leadOff != 0; leadOff &= leadOff - 1)
            cbor.Integer(BitOperations.TrailingZeroCount(leadOff));
    }
}
