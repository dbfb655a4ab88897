namespace AnyEcg.Worker;

/// <summary>Section <c>Store</c>: where inputs, states and alerts are kept, and for how long.</summary>
public sealed class StoreSettings
{
    public const string Section = "Store";

    /// <summary>For <see cref="Connection"/>: nothing is kept, and a frame is acknowledged once the engine has taken it.</summary>
    public const string None = "none";

    /// <summary>
    /// A file (SQLite; relative to the working directory, made when missing), <c>Host=...</c> (PostgreSQL), or <c>none</c>. With a
    /// password in it: from the environment or <see cref="ConnectionFile"/>, never from the command line.
    /// </summary>
    public string Connection { get; set; } = None;

    /// <summary>A file that holds the connection, in place of <see cref="Connection"/>.</summary>
    public string? ConnectionFile { get; set; }

    /// <summary>
    /// Longest wait of an input for others to share its commit, milliseconds, 1-1000. How long it really waits goes by the load: with few streams not
    /// at all.
    /// </summary>
    public int CommitMs { get; set; } = 50;

    /// <summary>Time between two snapshots of a stream, seconds, 5-3600: what a restart has to read again at most.</summary>
    public int SnapshotSeconds { get; set; } = 60;

    /// <summary>Hours for which a stream's inputs are kept for strips, 1-8784. What its snapshot lacks is kept whatever this says.</summary>
    public int JournalHours { get; set; } = 1;

    /// <summary>Megabytes of inputs of one stream beyond which its oldest go, 1-1,000,000.</summary>
    public int JournalMegabytesPerStream { get; set; } = 64;

    /// <summary>Days for which alerts that are over are kept, 1-36,600.</summary>
    public int AlertDays { get; set; } = 30;

    /// <summary>Days for which operators' actions are kept, 1-36,600.</summary>
    public int ActionDays { get; set; } = 365;

    public bool Enabled => ConnectionFile is not null || !string.Equals(Connection, None, StringComparison.OrdinalIgnoreCase);
}
