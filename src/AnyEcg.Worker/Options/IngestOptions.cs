namespace AnyEcg.Worker;

/// <summary>Section <c>Ingest</c>: which streams the worker takes, and what it holds while it waits.</summary>
public sealed class IngestOptions
{
    public const string Section = "Ingest";

    /// <summary>Groups (tenant, ward, shard) this worker owns; <c>+</c> is all. At least one.</summary>
    public string[] Groups { get; set; } = [];

    /// <summary>Most streams known at once, 1 to 1,000,000; frames of more are rejected and counted.</summary>
    public int MaxStreams { get; set; } = 20_000;

    /// <summary>
    /// Frames between the receive loop and the engine, 64 to 1,000,000; a group may have as many in it as are free, so that none fills
    /// it alone. A frame of more than 16,384 samples of all leads counts as several, so that the memory is at most 64 KiB for each:
    /// lower it where that is too much. Twice as large as MQTT's packet identifiers are many, so that a QoS 1 frame always finds room: some brokers exceed
    /// the Receive Maximum when they send a backlog.
    /// </summary>
    public int QueueFrames { get; set; } = 131_072;

    /// <summary>Frames of one stream that wait for its descriptor, 0-1000; more are rejected.</summary>
    public int HoldFramesPerStream { get; set; } = 16;

    /// <summary>Frames that wait for a descriptor over all streams, 0-100,000.</summary>
    public int HoldFrames { get; set; } = 1024;

    /// <summary>How long a frame waits for its descriptor before it is rejected, seconds, 1-300.</summary>
    public int HoldSeconds { get; set; } = 10;

    /// <summary>Silence after which a stream gives its place to a new one where all are taken, seconds, 60 to a week.</summary>
    public int IdleStreamSeconds { get; set; } = 86_400;

    /// <summary>
    /// Largest step of a stream's epoch that is believed at once, 1 to 2^32: a year of seconds, for devices that take the time of
    /// their start for an epoch. A larger one needs the descriptor's word, or three frames that agree.
    /// </summary>
    public long MaxEpochStep { get; set; } = 1 << 25;

    /// <summary>The same for the position within an epoch: seconds beyond the time that has passed, 10 to 30 days.</summary>
    public int MaxJumpSeconds { get; set; } = 86_400;

    /// <summary>What each group may send, where <see cref="GroupLimits"/> says nothing else.</summary>
    public GroupLimits Limits { get; set; } = new();

    /// <summary>The same for the groups whose name fits a pattern (<c>*</c>: any letters, <c>?</c>: any one); of several, the closest.</summary>
    public Dictionary<string, GroupLimits> GroupLimits { get; init; } = [];
}
