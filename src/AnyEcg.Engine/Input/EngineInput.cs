using System.Collections.Immutable;
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

    /// <summary>What the clock does to the stream.</summary>
    Clock,

    /// <summary>An operator's action.</summary>
    Command,
}

/// <summary>
/// One input of the engine, in the stream's order. A frame belongs to the engine from its submission until
/// <see cref="IEngineOutput.FrameDone"/> hands it back.
/// </summary>
public readonly record struct EngineInput
{
    public EngineInputKind Kind { get; private init; }

    public StreamKey Key { get; private init; }

    /// <summary>When the engine was given it, on the engine's clock; 0 before.</summary>
    internal long GivenStamp { get; init; }

    /// <summary>The frame of a <see cref="EngineInputKind.Frame"/>.</summary>
    public EcgFrame? Frame { get; private init; }

    /// <summary>The format of a <see cref="EngineInputKind.Format"/>.</summary>
    public StreamFormat? Format { get; private init; }

    /// <summary>What the caller needs when the input is done, such as its acknowledgement; the engine only carries it.</summary>
    public object? Token { get; init; }

    /// <summary>Names of the leads as the device spells them, of a <see cref="EngineInputKind.Format"/>; may be empty.</summary>
    public ImmutableArray<string> LeadNames { get; private init; }

    /// <summary>Of a status: whether the device is online.</summary>
    public bool Online { get; private init; }

    /// <summary>Of a status, mark, command, clock event or end: when it was received or happened, nanoseconds since the Unix epoch on our clock.</summary>
    public long TimeNs { get; private init; }

    /// <summary>
    /// Number within the stream's journal, ascending; 0 where there is none. Of a status or mark without a journal: the number that
    /// makes its alert's id unique within the stream.
    /// </summary>
    public long Sequence { get; init; }

    /// <summary>Of a clock event: how many frames with data it was decided after. Where more have come since, it is void.</summary>
    public long AfterData { get; private init; }

    public ClockEvents Clock { get; private init; }

    /// <summary>The action of a <see cref="EngineInputKind.Command"/>.</summary>
    public StreamCommand? Command { get; private init; }

    public static EngineInput OfFormat(StreamKey key, StreamFormat format, ImmutableArray<string> leadNames = default) =>
        new() { Kind = EngineInputKind.Format, Key = key, Format = format, LeadNames = leadNames.IsDefault ? [] : leadNames };

    public static EngineInput OfFrame(StreamKey key, EcgFrame frame, object? token = null) =>
        new() { Kind = EngineInputKind.Frame, Key = key, Frame = frame, Token = token };

    public static EngineInput OfStatus(StreamKey key, bool online, long timeNs, long sequence) =>
        new() { Kind = EngineInputKind.Status, Key = key, Online = online, TimeNs = timeNs, Sequence = sequence };

    public static EngineInput OfMark(StreamKey key, long timeNs, long sequence) =>
        new() { Kind = EngineInputKind.Mark, Key = key, TimeNs = timeNs, Sequence = sequence };

    public static EngineInput OfClose(StreamKey key, long timeNs = 0) => new() { Kind = EngineInputKind.Close, Key = key, TimeNs = timeNs };

    public static EngineInput OfClock(StreamKey key, ClockEvents events, long timeNs, long afterData) =>
        new() { Kind = EngineInputKind.Clock, Key = key, Clock = events, TimeNs = timeNs, AfterData = afterData };

    public static EngineInput OfCommand(StreamKey key, StreamCommand command, long timeNs, object? token = null) =>
        new() { Kind = EngineInputKind.Command, Key = key, Command = command, TimeNs = timeNs, Token = token };
}
