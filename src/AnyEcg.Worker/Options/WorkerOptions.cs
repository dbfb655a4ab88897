namespace AnyEcg.Worker;

/// <summary>Section <c>Worker</c>: identity, draining, publishing.</summary>
public sealed class WorkerOptions
{
    public const string Section = "Worker";

    /// <summary>Name of this worker on its status topic: letters, digits, <c>-</c>, <c>_</c>, <c>.</c>; 1-64 characters.</summary>
    public string Id { get; set; } = "worker-1";

    /// <summary>Time that SIGTERM leaves to finish what was received, seconds, 1-300.</summary>
    public int DrainSeconds { get; set; } = 20;

    /// <summary>Transitions and summaries waiting to be published, 64 to 1,000,000. Alerts wait for room; a summary that finds it full is dropped and counted.</summary>
    public int OutboxCapacity { get; set; } = 4096;

    /// <summary>Let the pages be bound to addresses that other machines reach, although nothing authenticates them.</summary>
    public bool ExposePages { get; set; }

    /// <summary>A stream's device that is connected but silent for so long raises the 'no data' alert, seconds, 2-3600.</summary>
    public int NoDataSeconds { get; set; } = 10;
}
