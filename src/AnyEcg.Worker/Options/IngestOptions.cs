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
    /// Frames between the receive loop and the engine, 64 to 1,000,000; a frame that finds it full is dropped and counted. As large as
    /// MQTT's packet identifiers are many: some brokers exceed the Receive Maximum when they send a backlog.
    /// </summary>
    public int QueueFrames { get; set; } = 65_536;

    /// <summary>Frames of one stream that wait for its descriptor, 0-1000; more are rejected.</summary>
    public int HoldFramesPerStream { get; set; } = 16;

    /// <summary>Frames that wait for a descriptor over all streams, 0-100,000.</summary>
    public int HoldFrames { get; set; } = 1024;

    /// <summary>How long a frame waits for its descriptor before it is rejected, seconds, 1-300.</summary>
    public int HoldSeconds { get; set; } = 10;
}
