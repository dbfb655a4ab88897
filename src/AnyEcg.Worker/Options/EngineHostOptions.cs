namespace AnyEcg.Worker;

/// <summary>Section <c>Engine</c>: the network and its batching.</summary>
public sealed class EngineHostOptions
{
    public const string Section = "Engine";

    /// <summary>
    /// auto: a CUDA device where driver, NVRTC, cuBLASLt and a card that can be used are there, else the CPU; the log says which and why. cpu: never
    /// touches CUDA. cuda: ends at start with the reason where there is none.
    /// </summary>
    public string Device { get; set; } = "auto";

    /// <summary>Which of the cards that the driver shows, 0-63.</summary>
    public int CudaDevice { get; set; }

    /// <summary>Folders to look for NVRTC and cuBLASLt in, before the system's and the toolkit's.</summary>
    public string[] CudaLibraries { get; set; } = [];

    /// <summary>Folder that keeps the kernels compiled for the card; empty: in the user's cache folder.</summary>
    public string KernelCache { get; set; } = "";

    /// <summary>Folder with model.safetensors and manifest.json; relative to the application folder.</summary>
    public string Model { get; set; } = "models/anyecg-s";

    /// <summary>Worker threads of the CPU engine; 0: one per core.</summary>
    public int Threads { get; set; }

    /// <summary>
    /// Compute most products in bfloat16 on the processor's matrix units (AMX), where it has them and oneDNN 2 is installed; else in float32 as
    /// without it. Probabilities change in the third digit.
    /// </summary>
    public bool MatrixUnits { get; set; }

    /// <summary>
    /// Leads that can have key/value rings at once, 16 to 1,000,000; decides the memory taken. Without a value 2048 on the CPU, and on a card 131,072 or as
    /// many as it has memory for.
    /// </summary>
    public int? MaxLeads { get; set; }

    /// <summary>
    /// Most rows (stream-seconds) of one step, 1-131,072. Without a value 512 on the CPU and 16,384 on a card. Where a card fails, the CPU computes such a step
    /// in one turn: 0.4 to 1.2 s for 16,384 rows, 3 to 5 s for 131,072 (size S, two cores), and it must stay below the watchdog's 15 s.
    /// </summary>
    public int? MaxBatch { get; set; }

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
