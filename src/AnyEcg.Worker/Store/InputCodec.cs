using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using AnyEcg.Engine;
using AnyEcg.Protocol;
using AnyEcg.Signal;
using AnyEcg.Store;

namespace AnyEcg.Worker;

/// <summary>An engine's inputs as they stand in the journal: what is read back does to the engine exactly what the first did. Stateless.</summary>
internal static class InputCodec
{
    /// <summary>Writes the body of an input; false when it has none that could be kept.</summary>
    public static bool TryWrite(in EngineInput input, IBufferWriter<byte> body)
    {
        switch (input.Kind)
        {
            case EngineInputKind.Frame:
                return FrameBody.TryWrite(input.Frame!, body);
            case EngineInputKind.Format:
                body.Write(((StreamDescriptorBytes)input.Token!).Json.Span);
                return true;
            case EngineInputKind.Status:
                body.Write([input.Online ? (byte)1 : (byte)0]);
                return true;
            case EngineInputKind.Mark:
                WriteNumber(body, input.TimeNs);
                return true;
            case EngineInputKind.Clock:
                body.Write([(byte)input.Clock]);
                WriteNumber(body, input.AfterData);
                return true;
            case EngineInputKind.Command:
                StreamCommandJson.Write(input.Command!, body);
                return true;
            default:
                return true;
        }
    }

    public static JournalKind KindOf(EngineInputKind kind) => kind switch
    {
        EngineInputKind.Format => JournalKind.Format,
        EngineInputKind.Frame => JournalKind.Frame,
        EngineInputKind.Status => JournalKind.Status,
        EngineInputKind.Mark => JournalKind.Mark,
        EngineInputKind.Clock => JournalKind.Clock,
        EngineInputKind.Command => JournalKind.Command,
        _ => JournalKind.Close,
    };

    /// <summary>Reads an entry back.</summary>
    /// <exception cref="InvalidDataException">It cannot be read: written by another version, or damaged.</exception>
    public static EngineInput Read(StreamKey key, JournalEntry entry)
    {
        EngineInput input = (JournalKind)entry.Kind switch
        {
            JournalKind.Frame => Frame(key, entry),
            JournalKind.Format => Format(key, entry.Body),
            JournalKind.Status => EngineInput.OfStatus(key, Byte(entry) == 1, entry.ReceivedNs, entry.Sequence),
            JournalKind.Mark => EngineInput.OfMark(key, Number(entry.Body, 0), entry.Sequence),
            JournalKind.Clock => EngineInput.OfClock(key, (ClockEvents)Byte(entry), entry.ReceivedNs, Number(entry.Body, 1)),
            JournalKind.Command => EngineInput.OfCommand(key, StreamCommandJson.Read(entry.Body), entry.ReceivedNs),
            JournalKind.Close => EngineInput.OfClose(key, entry.ReceivedNs),
            _ => throw new InvalidDataException($"The journal holds an input of kind {entry.Kind}, which this version does not know."),
        };
        return input with { Sequence = entry.Sequence };
    }

    private static EngineInput Frame(StreamKey key, JournalEntry entry)
    {
        EcgFrame frame = new();
        FrameBody.Read(entry.Body, entry.ReceivedNs, frame);
        return EngineInput.OfFrame(key, frame);
    }

    private static EngineInput Format(StreamKey key, byte[] json)
    {
        DescriptorRejection fault = DescriptorJson.TryParse(json, out StreamDescriptor? descriptor, key);
        return fault == DescriptorRejection.None
            ? DescribedStream.Of(descriptor!, json).ToInput(key)
            : throw new InvalidDataException($"A descriptor in the journal cannot be read: {fault.WireName()}.");
    }

    private static byte Byte(JournalEntry entry) =>
        entry.Body.Length > 0 ? entry.Body[0] : throw new InvalidDataException("An input in the journal is empty.");

    private static void WriteNumber(IBufferWriter<byte> body, long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(body.GetSpan(8), value);
        body.Advance(8);
    }

    private static long Number(byte[] body, int at) => body.Length == at + 8
        ? BinaryPrimitives.ReadInt64LittleEndian(body.AsSpan(at))
        : throw new InvalidDataException("An input in the journal has the wrong length.");
}

/// <summary>A descriptor as it was received: what the journal keeps of a format.</summary>
internal sealed record StreamDescriptorBytes(ReadOnlyMemory<byte> Json);
