namespace AnyEcg.Recordings.Tests;

/// <summary>A test over the sample records that wfdb-python publishes, which are not part of this repository; skipped where they are not at hand.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ReferenceSetFactAttribute : FactAttribute
{
    /// <summary>The folder that holds sample-data and tests/target-output.</summary>
    public const string Variable = "ANYECG_WFDB_SAMPLES";

    public ReferenceSetFactAttribute()
    {
        if (Folder is null)
        {
            Skip = $"{Variable} does not point at a copy of wfdb-python's sample-data and tests/target-output";
        }
    }

    public static string? Folder => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder ? folder : null;
}
