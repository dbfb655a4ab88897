using AnyEcg.Alerts;
using AnyEcg.Signal;

namespace AnyEcg.Protocol;

/// <summary>
/// A request on the command topic of a stream, whose Response Topic and Correlation Data come with its message, or the body of one over
/// HTTP. Immutable. Fields that its kind does not have are null. Strict where device documents are lenient: an unknown field is refused.
/// </summary>
public sealed record CommandRequest
{
    /// <summary>Longest pause: a day.</summary>
    public const int MaxPauseSeconds = 86_400;

    /// <summary>Longest strip in 300 Hz samples: ten minutes.</summary>
    public const int MaxStripSamples = StripRange.MaxSeconds * PatchSecond.ModelRateHz;

    public required CommandKind Kind { get; init; }

    /// <summary>Of an acknowledgement, always; of a strip instead of a range.</summary>
    public Guid? AlertId { get; init; }

    /// <summary>Of a pause or its end: the kind of alert; null for all.</summary>
    public AlertKind? Alert { get; init; }

    /// <summary>Of a pause: its length, 1 to <see cref="MaxPauseSeconds"/>. Of an alert's strip: how long it may be, 1 to <see cref="StripRange.MaxSeconds"/>.</summary>
    public int? Seconds { get; init; }

    /// <summary>Who does it, 1 to 64 characters; always there but for what only reads.</summary>
    public string? Operator { get; init; }

    /// <summary>At most 200 characters.</summary>
    public string? Reason { get; init; }

    /// <summary>When it was done, nanoseconds since the Unix epoch; null: when the message came.</summary>
    public long? TimeNs { get; init; }

    /// <summary>New limits of the stream; null or empty takes them back to the site's.</summary>
    public IReadOnlyDictionary<AlertKind, AlertKindOptions>? Limits { get; init; }

    /// <summary>Of a discharge: the stream's data are erased too.</summary>
    public bool Erase { get; init; }

    /// <summary>Epoch of the range of a strip.</summary>
    public uint? Epoch { get; init; }

    /// <summary>Range of a strip, 300 Hz samples of the epoch, from the first to before <see cref="To"/>.</summary>
    public long? From { get; init; }

    /// <inheritdoc cref="From"/>
    public long? To { get; init; }

    /// <summary>Whether it changes nothing.</summary>
    public bool OnlyReads => Kind is CommandKind.Strip or CommandKind.Alerts;

    /// <summary>Reads a payload; <paramref name="request"/> is null exactly when a reason is returned.</summary>
    public static CommandRejection TryParse(ReadOnlyMemory<byte> utf8, out CommandRequest? request, StreamKey? topic = null)
        => CommandReader.TryParse(utf8, new CommandGiven { Stream = topic }, out request);

    /// <summary>The same where more is known than a topic says.</summary>
    public static CommandRejection TryParse(ReadOnlyMemory<byte> utf8, in CommandGiven given, out CommandRequest? request)
        => CommandReader.TryParse(utf8, given, out request);
}
