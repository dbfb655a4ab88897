using AnyEcg.Signal;

namespace AnyEcg.Engine;

/// <summary>What an <see cref="EngineInput"/> says.</summary>
public enum EngineInputKind : byte
{
    /// <summary>How the stream's samples are to be read: opens the stream, or changes its format.</summary>
    Format,
    Frame,
    Status,
    Mark,

    /// <summary>The stream is over: what was received is finished, alerts end, everything of it is freed.</summary>
    Close,
}

/// <summary>
/// One input of the engine, in the stream's order. A frame belongs to the engine from its submission until
/// <see cref="IEngineOutput.FrameDone"/> hands it back.
/// </summary>
public readonly record struct EngineInput
{
    public EngineInputKind Kind { get; private init; }

    public StreamKey Key { get; private init; }

    /// <summary>The frame of a <see cref="EngineInputKind.Frame"/>.</summary>
    public EcgFrame? Frame { get; private init; }

    /// <summary>The format of a <see cref="EngineInputKind.Format"/>.</summary>
    public StreamFormat? Format { get; private init; }

    /// <summary>What the caller needs when the frame is done, such as its acknowledgement; the engine only carries it.</summary>
    public object? Token { get; private init; }

    /// <summary>Of a status: whether the device is online.</summary>
    public bool Online { get; private init; }

    /// <summary>Of a status or mark: when it was received, nanoseconds since the Unix epoch on our clock.</summary>
    public long TimeNs { get; private init; }

    /// <summary>Of a status or mark: number that makes its alert's id unique within the stream.</summary>
    public long Sequence { get; private init; }

    public static EngineInput OfFormat(StreamKey key, StreamFormat format) =>
        new() { Kind = EngineInputKind.Format, Key = key, Format = format };

    public static EngineInput OfFrame(StreamKey key, EcgFrame frame, object? token = null) =>
        new() { Kind = EngineInputKind.Frame, Key = key, Frame = frame, Token = token };

    public static EngineInput OfStatus(StreamKey key, bool online, long timeNs, long sequence) =>
        new() { Kind = EngineInputKind.Status, Key = key, Online = online, TimeNs = timeNs, Sequence = sequence };

    public static EngineInput OfMark(StreamKey key, long timeNs, long sequence) =>
        new() { Kind = EngineInputKind.Mark, Key = key, TimeNs = timeNs, Sequence = sequence };

    public static EngineInput OfClose(StreamKey key) => new() { Kind = EngineInputKind.Close, Key = key };
}
