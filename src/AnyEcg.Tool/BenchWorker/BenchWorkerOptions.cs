namespace AnyEcg.Tool;

/// <summary>Settings of `anyecg bench-worker`.</summary>
internal sealed record BenchWorkerOptions
{
    /// <summary>How many devices; of the run that is going on.</summary>
    public int Streams { get; init; } = 2000;

    /// <summary>How many devices one after the other, each with a new worker.</summary>
    public IReadOnlyList<int> Fleets { get; init; } = [2000];

    /// <summary>One more device sends so many seconds of ECG a second, one in a frame; 0: none.</summary>
    public int Flood { get; init; }

    /// <summary>Of the measurement.</summary>
    public int Seconds { get; init; } = 60;

    /// <summary>Between the first judgement of every stream and the measurement.</summary>
    public int WarmUpSeconds { get; init; } = 20;

    /// <summary>What the worker is run with, one after the other: values of <c>Store:Connection</c>; null is a temporary SQLite file.</summary>
    public IReadOnlyList<string?> Stores { get; init; } = [null];

    /// <summary><c>embedded</c>, <c>mosquitto</c>, or host:port.</summary>
    public string Broker { get; init; } = "embedded";

    /// <summary>Kill the worker after the measurement and measure its restart.</summary>
    public bool Restart { get; init; }

    /// <summary>Paths without extension; stream n plays record n modulo their number.</summary>
    public required IReadOnlyList<string> Records { get; init; }

    /// <summary>Folder of the weights.</summary>
    public required string Model { get; init; }

    /// <summary>Further settings of the worker, <c>Section:Name=value</c>.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>How long a start, the first judgements and a restart may take, each.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(5);
}
