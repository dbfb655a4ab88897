namespace AnyEcg.Recordings;

/// <summary>What a recording without a header does not say of itself. Only CSV files and bare MATLAB matrices use it.</summary>
public sealed record RecordingOptions
{
    /// <summary>Samples per second; null: from the time stamps.</summary>
    public double? SampleRateHz { get; init; }

    /// <summary>Unit of the values: "uV", "mV" or "V"; null: from the column names, which must then say it.</summary>
    public string? Units { get; init; }
}
