namespace AnyEcg.Store;

/// <summary>How long what is kept. Inputs that the stream's snapshot does not include are kept whatever is set here.</summary>
public sealed class RetentionOptions
{
    /// <summary>Age beyond which inputs go.</summary>
    public TimeSpan Journal { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Bytes of inputs of one stream beyond which its oldest go.</summary>
    public long JournalBytesPerStream { get; init; } = 64L << 20;

    /// <summary>Age beyond which alerts that are over, and sent, go with their transitions.</summary>
    public TimeSpan Alerts { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Age beyond which operators' actions go.</summary>
    public TimeSpan Actions { get; init; } = TimeSpan.FromDays(365);

    /// <summary>How often a stream is looked at.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Rows that one commit may delete besides its own work: bounds what trimming adds to it.</summary>
    public int RowsPerCommit { get; init; } = 512;
}
