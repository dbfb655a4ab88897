using AnyEcg.Engine;

namespace AnyEcg.Tool;

/// <summary>What `anyecg bench-worker` measured.</summary>
internal sealed record BenchWorkerResult
{
    public required BenchWorkerOptions Options { get; init; }

    public required string Version { get; init; }

    public required IReadOnlyList<BenchWorkerPart> Parts { get; init; }

    /// <summary>The run with a store and the one without, where there were both of one fleet.</summary>
    public (BenchWorkerPart Without, BenchWorkerPart With)? Compared =>
        Options.Fleets.Count == 1 && Parts.FirstOrDefault(p => p.Store == "none") is { } without && Parts.FirstOrDefault(p => p.Store != "none") is { } with ? (without, with) : null;
}

/// <summary>One run of the worker.</summary>
/// <param name="Streams">Devices.</param>
/// <param name="Leads">Of all their streams together.</param>
/// <param name="Store">none, sqlite or postgres; never the connection itself.</param>
/// <param name="Window">The measured seconds.</param>
/// <param name="Restart">Null: none was asked for.</param>
internal sealed record BenchWorkerPart(int Streams, int Leads, string Store, BenchWindow Window, BenchRestart? Restart);

/// <summary>The worker at one instant.</summary>
/// <param name="Seconds">Since some instant.</param>
/// <param name="CpuSeconds">Of the worker's process so far, all threads.</param>
/// <param name="ResidentBytes">Of the worker's process.</param>
/// <param name="Load">Runnable threads of the machine, mean of a minute; null where the system does not say.</param>
/// <param name="Metrics">Its pages' counters.</param>
internal sealed record BenchSample(double Seconds, double CpuSeconds, long ResidentBytes, double? Load, WorkerReading Metrics)
{
    /// <summary>Frames that came due at the devices so far.</summary>
    public long FramesOffered { get; init; }

    /// <summary>Of the broker's process so far; null where that is not ours to ask.</summary>
    public double? BrokerCpuSeconds { get; init; }

    /// <summary>Of this process, which is the devices, so far.</summary>
    public double DevicesCpuSeconds { get; init; }
}

/// <summary>From one instant to another.</summary>
internal sealed record BenchWindow(BenchSample Begin, BenchSample End)
{
    public double Seconds => End.Seconds - Begin.Seconds;

    public double FramesPerSecond => PerSecond("anyecg_frames_accepted_total");

    public double CpuCores => (End.CpuSeconds - Begin.CpuSeconds) / Seconds;

    public double? BrokerCores => (End.BrokerCpuSeconds - Begin.BrokerCpuSeconds) / Seconds;

    public double DevicesCores => (End.DevicesCpuSeconds - Begin.DevicesCpuSeconds) / Seconds;

    public double FramesOfferedPerSecond => (End.FramesOffered - Begin.FramesOffered) / Seconds;

    public double CpuMicrosecondsPerFrame => CpuCores * 1e6 / Math.Max(1, FramesPerSecond);

    public long Count(string name) => End.Metrics[name] - Begin.Metrics[name];

    public double PerSecond(string name) => Count(name) / Seconds;

    public HistogramSnapshot Durations(string name)
    {
        HistogramSnapshot end = End.Metrics.Histogram(name), begin = Begin.Metrics.Histogram(name);
        return begin.Counts.Length == end.Counts.Length ? BenchResult.Since(begin, end) : end;
    }
}

/// <summary>A start after a kill. Times are seconds after the kill.</summary>
internal sealed record BenchRestart
{
    /// <summary>Connected and subscribed.</summary>
    public required double ReadySeconds { get; init; }

    /// <summary>Of the worker's own account: putting snapshots back, reading again and judging what came after them.</summary>
    public required double RecoverySeconds { get; init; }

    public required long FramesReplayed { get; init; }

    /// <summary>Put back from snapshots.</summary>
    public required long StreamsRestored { get; init; }

    /// <summary>Until every stream has had a second judged that was received after the kill.</summary>
    public required double LiveSeconds { get; init; }

    /// <summary>Until the newest second of every stream is, at its device, at most <see cref="RestartWatch.CaughtUpSeconds"/> old.</summary>
    public required double CaughtUpSeconds { get; init; }

    /// <summary>Transitions that came out otherwise than before the kill.</summary>
    public required long Divergences { get; init; }
}
