namespace AnyEcg.Recordings.Tests;

/// <summary>A test over the sample records that wfdb-python publishes, which are not part of this repository; skipped where they are not at hand.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ReferenceSetFactAttribute : FactAttribute
{
    /// <summary>The folder that holds sample-data and tests/target-output; after path separators, folders of other recordings to be compared with their headers.</summary>
    public const string Variable = "ANYECG_WFDB_SAMPLES";

    public ReferenceSetFactAttribute()
    {
        if (Folders.Length == 0)
        {
            Skip = $"{Variable} does not point at a copy of wfdb-python's sample-data and tests/target-output";
        }
    }

    public static string[] Folders => (Environment.GetEnvironmentVariable(Variable) ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
}
