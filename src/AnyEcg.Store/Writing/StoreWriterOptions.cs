namespace AnyEcg.Store;

/// <summary>Limits and times of the store thread.</summary>
public sealed class StoreWriterOptions
{
    /// <summary>The longest that the oldest queued input or work waits for others to share its commit; one commit costs one flush of the disk.</summary>
    public TimeSpan CommitDelay { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Inputs that make a batch full: it is committed at once.</summary>
    public int BatchInputs { get; init; } = 1024;

    /// <summary>Bytes of work (snapshots, above all) in one transaction: bounds how long a commit can take.</summary>
    public int BatchWorkBytes { get; init; } = 4 << 20;

    /// <summary>Inputs that may wait. Beyond it <see cref="StoreWriter.TryAppend"/> refuses.</summary>
    public int QueuedInputs { get; init; } = 65_536;

    /// <summary>Bytes of inputs that may wait.</summary>
    public long QueuedBytes { get; init; } = 256L << 20;

    /// <summary>Works that may wait. Beyond it <see cref="StoreWriter.Post"/> waits.</summary>
    public int QueuedWork { get; init; } = 16_384;

    /// <summary>Bytes of work that may wait.</summary>
    public long QueuedWorkBytes { get; init; } = 64L << 20;

    /// <summary>The first pause after a failed commit; doubled with each further failure.</summary>
    public TimeSpan RetryFirst { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest pause between two tries.</summary>
    public TimeSpan RetryLast { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>A commit that takes longer than this is told as a failure of its own (a disk that hangs answers nothing).</summary>
    public TimeSpan StallLimit { get; init; } = TimeSpan.FromSeconds(5);

    public RetentionOptions Retention { get; init; } = new();

    /// <summary>Called on the store thread with the name of each point of <see cref="CrashPoints"/> that is passed; for tests.</summary>
    public Action<string>? CrashPoint { get; init; }
}
