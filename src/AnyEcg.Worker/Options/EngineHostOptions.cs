namespace AnyEcg.Worker;

/// <summary>Section <c>Engine</c>: the network and its batching.</summary>
public sealed class EngineHostOptions
{
    public const string Section = "Engine";

    /// <summary>auto, cpu or cuda. This build has the CPU engine: cuda is refused at start, auto takes the CPU.</summary>
    public string Device { get; set; } = "auto";

    /// <summary>Folder with model.safetensors and manifest.json; relative to the application folder.</summary>
    public string Model { get; set; } = "models/anyecg-s";

    /// <summary>Worker threads of the CPU engine; 0: one per core.</summary>
    public int Threads { get; set; }

    /// <summary>
    /// Compute most products in bfloat16 on the processor's matrix units (AMX), where it has them and oneDNN 2 is installed; else in float32 as
    /// without it. Probabilities change in the third digit.
    /// </summary>
    public bool MatrixUnits { get; set; }

    /// <summary>Leads that can have key/value rings at once, 16 to 1,000,000; decides the memory taken.</summary>
    public int MaxLeads { get; set; } = 2048;

    /// <summary>Most rows (stream-seconds) of one step, 1-4096.</summary>
    public int MaxBatch { get; set; } = 512;

    /// <summary>
    /// A ready second waits at most this long for others to share its step, milliseconds, 0-1000. How long it really waits goes by the
    /// load: with few streams not at all.
    /// </summary>
    public int MaxBatchDelayMs { get; set; } = 50;

    /// <summary>
    /// An overloaded engine judges a live second that has waited there for so long without the network, counted as skipped, to stay near the present;
    /// seconds, 5 to a day.
    /// </summary>
    public int MaxLagSeconds { get; set; } = 60;

    /// <summary>A stream without frames for so long is closed and its rings freed, seconds, 10 to a day.</summary>
    public int IdleSeconds { get; set; } = 300;

    /// <summary>Rhythm summary period, seconds of event time, 1-60.</summary>
    public int RhythmSeconds { get; set; } = 5;
}
