namespace AnyEcg.Store;

/// <summary>Whether what is appended becomes durable.</summary>
public enum StoreCondition
{
    Ok,

    /// <summary>Not now: the store thread tries again; nothing is acknowledged, nothing is lost.</summary>
    Failing,

    /// <summary>Not any more: the process must be restarted.</summary>
    Stopped,
}

/// <summary>Why a commit failed.</summary>
public enum StoreFailure
{
    None,
    DiskFull,
    Locked,
    InputOutput,
    ConnectionLost,
    ReadOnly,
    Stalled,
    OutOfMemory,
    Corrupt,
    OwnershipLost,
    Other,
}

/// <summary>The store's condition as it stood when asked. Immutable; no paths, no secrets.</summary>
/// <param name="Condition">Whether it works.</param>
/// <param name="Failure">Why not.</param>
/// <param name="Since">Since when not; null when it works.</param>
public sealed record StoreHealth(StoreCondition Condition, StoreFailure Failure, DateTimeOffset? Since)
{
    internal static StoreHealth Fine { get; } = new(StoreCondition.Ok, StoreFailure.None, null);

    /// <summary>In words, for a health page.</summary>
    public string Reason => Words(Failure);

    internal static string Words(StoreFailure failure) => failure switch
    {
        StoreFailure.None => "ok",
        StoreFailure.DiskFull => "the disk is full",
        StoreFailure.Locked => "the database is locked by another process",
        StoreFailure.InputOutput => "the disk reports errors",
        StoreFailure.ConnectionLost => "the database server cannot be reached",
        StoreFailure.ReadOnly => "the database cannot be written",
        StoreFailure.Stalled => "a commit does not end",
        StoreFailure.OutOfMemory => "the database is out of memory",
        StoreFailure.Corrupt => "the database is corrupt",
        StoreFailure.OwnershipLost => "another worker owns the database",
        _ => "the database refuses the transaction",
    };
}
