using System.Buffers;
using System.Buffers.Binary;
using AnyEcg.Protocol;
using AnyEcg.Signal;

namespace AnyEcg.Worker;

/// <summary>
/// A frame in the journal: exactly what the engine gets, in the shortest native codec that holds it. One byte before it says whether
/// it has a position; one without (its time places it) is followed by what the message had no value for. Stateless.
/// </summary>
internal static class FrameBody
{
    private const byte Placed = 0, Unplaced = 1;

    /// <summary>Shortest first: ECG changes little from sample to sample.</summary>
    private static readonly FrameCodec[] Codecs = [FrameCodec.DeltaVarint, FrameCodec.Int16, FrameCodec.Int24, FrameCodec.Float32];

    /// <summary>False: larger than any frame may be, in every codec.</summary>
    public static bool TryWrite(EcgFrame frame, IBufferWriter<byte> output)
    {
        bool unplaced = frame.FirstSample == EcgFrame.Unplaced;
        Span<byte> head = output.GetSpan(9);
        head[0] = unplaced ? Unplaced : Placed;
        if (unplaced)
        {
            BinaryPrimitives.WriteInt32LittleEndian(head[1..], frame.Valueless.Before);
            BinaryPrimitives.WriteInt32LittleEndian(head[5..], frame.Valueless.After);
            frame.FirstSample = 0;
        }

        output.Advance(unplaced ? 9 : 1);
        bool written = false;
        for (int i = 0; i < Codecs.Length && !written; i++)
        {
            written = NativeFrameCodec.Encode(frame, Codecs[i], output) == FrameRejection.None;
        }

        frame.FirstSample = unplaced ? EcgFrame.Unplaced : frame.FirstSample;
        return written;
    }

    /// <summary>Reads a body into a frame of the caller's.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static void Read(ReadOnlySpan<byte> body, long receivedNs, EcgFrame into)
    {
        bool unplaced = body.Length > 0 && body[0] == Unplaced;
        int head = unplaced ? 9 : 1;
        if (body.Length < head || body[0] > Unplaced)
        {
            throw new InvalidDataException("A frame in the journal has no head.");
        }

        FrameRejection fault = NativeFrameCodec.Decode(body[head..], into);
        if (fault != FrameRejection.None)
        {
            throw new InvalidDataException($"A frame in the journal cannot be read: {fault.WireName()}.");
        }

        into.ReceivedNs = receivedNs;
        if (unplaced)
        {
            into.FirstSample = EcgFrame.Unplaced;
            into.Valueless = (BinaryPrimitives.ReadInt32LittleEndian(body[1..]), BinaryPrimitives.ReadInt32LittleEndian(body[5..]));
        }
    }
}
