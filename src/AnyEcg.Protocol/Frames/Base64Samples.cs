using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using AnyEcg.Signal;

namespace AnyEcg.Protocol;

/// <summary>Samples of a JSON frame as base64 of the native payload: lead-major, little-endian, of a fixed width.</summary>
internal static class Base64Samples
{
    /// <summary>Decodes the string on which the reader stands. Escapes (some writers escape the slash) are undone first.</summary>
    public static FrameRejection Fill(ref Utf8JsonReader json, FrameCodec encoding, int leads, EcgFrame into)
    {
        byte[] rented = ArrayPool<byte>.Shared.Rent(Math.Max(1, json.ValueSpan.Length));
        try
        {
            Span<byte> text = rented.AsSpan(0, json.CopyString(rented));
            if (Base64.DecodeFromUtf8InPlace(text, out int bytes) != OperationStatus.Done)
                return FrameRejection.BadBase64;
            return Fill(text[..bytes], encoding, leads, into);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static FrameRejection Fill(ReadOnlySpan<byte> bytes, FrameCodec encoding, int leads, EcgFrame into)
    {
        int row = leads * SamplePayload.MaxBytesPerSample(encoding);
        if (bytes.IsEmpty || bytes.Length % row != 0)
            return FrameRejection.BadLength;
        if (bytes.Length / row > FrameLimits.MaxSamplesPerLead)
            return FrameRejection.TooLarge;

        into.Resize(leads, bytes.Length / row);
        return encoding switch
        {
            FrameCodec.Int16 => SamplePayload.ReadInt16(bytes, into.Samples),
            FrameCodec.Int24 => SamplePayload.ReadInt24(bytes, into.Samples),
            _ => SamplePayload.ReadFloat32(bytes, into.Samples),
        };
    }
}
