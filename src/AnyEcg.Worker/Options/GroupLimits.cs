namespace AnyEcg.Worker;

/// <summary>
/// What one group may send; null keeps the value of the level above (a pattern of <c>Ingest:GroupLimits</c>, then
/// <c>Ingest:Limits</c>, then the number named here). A rate is what a bucket is refilled with; the bucket holds
/// <see cref="BurstSeconds"/> of it, because a backlog of that length comes at once and is no flood.
/// </summary>
public sealed class GroupLimits
{
    /// <summary>Streams known at once; 20,000. 1 to 1,000,000.</summary>
    public int? MaxStreams { get; set; }

    /// <summary>Messages of all kinds of the whole group; 20,000. 0.01 to 1,000,000.</summary>
    public double? MessagesPerSecond { get; set; }

    /// <summary>Payload bytes of them; 64 MiB. 100 to 10 GB.</summary>
    public double? BytesPerSecond { get; set; }

    /// <summary>Frames of one stream; 20, where a device sends one to four. 0.01 to 100,000.</summary>
    public double? StreamFramesPerSecond { get; set; }

    /// <summary>Payload bytes of them; 256 KiB, twice what 16 leads at 1000 Hz are as JSON. 100 to 1 GB.</summary>
    public double? StreamBytesPerSecond { get; set; }

    /// <summary>Descriptors, statuses and marks of one stream, together; 1. 0.01 to 1000.</summary>
    public double? StreamNotesPerSecond { get; set; }

    /// <summary>How many of those may come at once; 120: each mark is an alert. 1 to 100,000.</summary>
    public int? StreamNotesBurst { get; set; }

    /// <summary>Largest payload, bytes; 1,000,000, which is also what the protocol allows. 100 to 1,000,000.</summary>
    public int? MaxPayloadBytes { get; set; }

    /// <summary>Seconds of a rate that may come at once; 86,400, the longest outage that the broker bridges by default. 1 to 604,800.</summary>
    public int? BurstSeconds { get; set; }

    /// <summary>These limits where they are set, else those of the level above.</summary>
    internal QuotaSizes Over(QuotaSizes above) => new(
        MaxStreams ?? above.MaxStreams,
        new Allowance(MessagesPerSecond ?? above.Messages.PerSecond, BytesPerSecond ?? above.Messages.BytesPerSecond),
        new Allowance(StreamFramesPerSecond ?? above.StreamFrames.PerSecond, StreamBytesPerSecond ?? above.StreamFrames.BytesPerSecond),
        new NotesAllowance(StreamNotesPerSecond ?? above.StreamNotes.PerSecond, StreamNotesBurst ?? above.StreamNotes.Burst),
        MaxPayloadBytes ?? above.MaxPayloadBytes,
        BurstSeconds ?? above.BurstSeconds);
}

/// <summary>Messages and payload bytes a second.</summary>
internal readonly record struct Allowance(double PerSecond, double BytesPerSecond);

/// <summary>Descriptors, statuses and marks.</summary>
internal readonly record struct NotesAllowance(double PerSecond, int Burst);

/// <summary>The limits of one group, none left open. Immutable.</summary>
internal sealed record QuotaSizes(
    int MaxStreams, Allowance Messages, Allowance StreamFrames, NotesAllowance StreamNotes, int MaxPayloadBytes, int BurstSeconds)
{
    public static QuotaSizes Default { get; } = new(20_000, new(20_000, 64 << 20), new(20, 256 << 10), new(1, 120), 1_000_000, 86_400);
}
