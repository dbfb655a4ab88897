using AnyEcg.Signal;

namespace AnyEcg.Engine;

/// <summary>Settings of the engine. Validate at start by <see cref="Faults"/>.</summary>
public sealed class EngineOptions
{
    /// <summary>Most consecutive seconds of one stream in one plan: what a minute-long ring window can take at once.</summary>
    public const int MaxConsecutiveSeconds = 64;

    /// <summary>Greatest <see cref="MaxBatch"/>: a second of as many streams as one graphics card may carry.</summary>
    public const int MostBatch = 131_072;

    /// <summary>Inputs that wait between ingest and engine, 1 to 1,000,000.</summary>
    public int InputCapacity { get; set; } = 8192;

    /// <summary>Most rows (stream-seconds) of one step, 1 to 131,072; the runner may take fewer.</summary>
    public int MaxBatch { get; set; } = 512;

    /// <summary>
    /// A ready second waits at most this long for others to share its step, 0 to 10 s. How long it really waits goes by the load: not at
    /// all where a few streams are, and no longer than makes a step's fixed cost small.
    /// </summary>
    public TimeSpan MaxBatchDelay { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// A live second that has waited in the engine for so long is judged without the network, and counted as skipped: an overloaded
    /// engine stays near the present. What a device empties out of its store at once is never skipped. <see cref="Timeout.InfiniteTimeSpan"/>: never.
    /// </summary>
    public TimeSpan MaxLag { get; set; } = Timeout.InfiniteTimeSpan;

    /// <summary>Most streams known at once, 1 to 1,000,000.</summary>
    public int MaxStreams { get; set; } = 20_000;

    /// <summary>Ready seconds of one stream that wait for their step, 1 to 3600; above that the oldest is skipped and counted.</summary>
    public int BacklogSeconds { get; set; } = 600;

    /// <summary>Silence of a stream after which the gaps before held frames become final; <see cref="Timeout.InfiniteTimeSpan"/>: never.</summary>
    public TimeSpan GiveUpHeldAfter { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Silence of a stream that is not offline after which 'no data' is raised; <see cref="Timeout.InfiniteTimeSpan"/>: never.</summary>
    public TimeSpan NoDataAfter { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Silence after which a stream's rings and buffers are freed; <see cref="Timeout.InfiniteTimeSpan"/>: never.</summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Silence after which what comes out of a device's store has come to its end; <see cref="Timeout.InfiniteTimeSpan"/>: never.</summary>
    public TimeSpan PastOverAfter { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Time between two snapshots of a stream; <see cref="Timeout.InfiniteTimeSpan"/>: none are taken.</summary>
    public TimeSpan SnapshotPeriod { get; set; } = Timeout.InfiniteTimeSpan;

    /// <summary>Seconds of event time between two rhythm summaries of a stream, 1 to 60.</summary>
    public int RhythmPeriodSeconds { get; set; } = 5;

    /// <summary>Probability from which a peak of the network's beat head is a beat, 0.05 to 0.95.</summary>
    public float BeatThreshold { get; set; } = 0.5f;

    /// <summary>Settings of the signal path of every stream.</summary>
    public StreamSignalOptions Signal { get; set; } = new();

    /// <summary>Everything that is wrong with these settings; empty when nothing is.</summary>
    public IReadOnlyList<string> Faults()
    {
        List<string> faults = [];
        Range(nameof(InputCapacity), InputCapacity, 1, 1_000_000);
        Range(nameof(MaxBatch), MaxBatch, 1, MostBatch);
        Range(nameof(MaxBatchDelay), MaxBatchDelay.TotalSeconds, 0, 10);
        Range(nameof(MaxStreams), MaxStreams, 1, 1_000_000);
        Range(nameof(BacklogSeconds), BacklogSeconds, 1, 3600);
        Range(nameof(RhythmPeriodSeconds), RhythmPeriodSeconds, 1, 60);
        Range(nameof(BeatThreshold), BeatThreshold, 0.05, 0.95);
        Silence(nameof(GiveUpHeldAfter), GiveUpHeldAfter);
        Silence(nameof(NoDataAfter), NoDataAfter);
        Silence(nameof(IdleTimeout), IdleTimeout);
        Silence(nameof(PastOverAfter), PastOverAfter);
        Silence(nameof(MaxLag), MaxLag);
        Silence(nameof(SnapshotPeriod), SnapshotPeriod);
        return faults;

        void Range(string name, double value, double low, double high)
        {
            if (!(value >= low && value <= high))
                faults.Add(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name} must be {low} to {high}, not {value}"));
        }

        void Silence(string name, TimeSpan value)
        {
            if (value <= TimeSpan.Zero && value != Timeout.InfiniteTimeSpan)
                faults.Add($"{name} must be above zero, or infinite");
        }
    }
}
