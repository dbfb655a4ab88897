using System.Buffers;
using AnyEcg.Protocol;
using AnyEcg.Signal;

namespace AnyEcg.Simulator;

/// <summary>How a simulated device writes its frames.</summary>
public enum FrameEncoding
{
    Int16,
    Int24,
    Float32,
    DeltaVarint,
    Json,
    Cbor,
}

/// <summary>The bytes of a frame in an encoding.</summary>
internal static class FrameEncodings
{
    public static string ContentType(this FrameEncoding encoding) => encoding switch
    {
        FrameEncoding.Json => JsonFrameCodec.ContentType,
        FrameEncoding.Cbor => CborFrameCodec.ContentType,
        _ => NativeFrameCodec.ContentType,
    };

    /// <exception cref="InvalidOperationException">A sample does not fit the encoding.</exception>
    public static byte[] Encode(this FrameEncoding encoding, EcgFrame frame)
    {
        ArrayBufferWriter<byte> output = new(NativeFrameCodec.HeaderBytes + (4 * frame.Samples.Length));
        FrameRejection fault = encoding switch
        {
            FrameEncoding.Json => JsonFrameCodec.Encode(frame, output),
            FrameEncoding.Cbor => CborFrameCodec.Encode(frame, output),
            _ => NativeFrameCodec.Encode(frame, Codec(encoding), output),
        };
        return fault == FrameRejection.None
            ? output.WrittenSpan.ToArray()
            : throw new InvalidOperationException($"The frame at sample {frame.FirstSample} cannot be written as {encoding}: {fault.WireName()}.");
    }

    private static FrameCodec Codec(FrameEncoding encoding) => encoding switch
    {
        FrameEncoding.Int16 => FrameCodec.Int16,
        FrameEncoding.Int24 => FrameCodec.Int24,
        FrameEncoding.Float32 => FrameCodec.Float32,
        _ => FrameCodec.DeltaVarint,
    };
}
