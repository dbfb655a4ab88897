namespace AnyEcg.Tool;

/// <summary>What a finding means for our use: a worker that must miss nothing while it, or the network, is away.</summary>
internal enum ProbeVerdict
{
    /// <summary>Good to know; neither good nor bad.</summary>
    Note,
    Good,

    /// <summary>Works with a setting, which the finding names.</summary>
    NeedsSetting,

    /// <summary>Data are lost without a trace.</summary>
    LosesData,

    /// <summary>The broker did not let it be found out.</summary>
    NotMeasured,
}

/// <summary>One thing found out about a broker.</summary>
/// <param name="Id">Stable name for scripts.</param>
/// <param name="Title">What was looked at.</param>
/// <param name="Measured">What was seen.</param>
/// <param name="Verdict">What it means for us.</param>
/// <param name="Setting">What to change; null: nothing.</param>
internal sealed record Finding(string Id, string Title, string Measured, ProbeVerdict Verdict, string? Setting = null)
{
    /// <summary>The measured values by name: numbers, texts, truth values.</summary>
    public IReadOnlyList<(string Name, object? Value)> Values { get; init; } = [];
}

/// <summary>The names that the document and the table use.</summary>
internal static class ProbeVerdicts
{
    public static string Text(this ProbeVerdict verdict) => verdict switch
    {
        ProbeVerdict.Good => "good",
        ProbeVerdict.NeedsSetting => "works with a setting",
        ProbeVerdict.LosesData => "loses data",
        ProbeVerdict.NotMeasured => "not measured",
        _ => "note",
    };
}
