namespace AnyEcg.Protocol;

/// <summary>What a backend asks of the worker. The wire name is the kebab-case of the member.</summary>
public enum CommandKind : byte
{
    /// <summary>Somebody has seen an alert.</summary>
    Acknowledge,

    /// <summary>No signal for a while, for one kind of alert or for all.</summary>
    Pause,

    /// <summary>The end of pauses before their time.</summary>
    Resume,

    /// <summary>The stream's own limits, in place of those it had.</summary>
    Limits,

    /// <summary>Somebody wears the device: alerts are raised.</summary>
    Admit,

    /// <summary>Nobody does any more: alerts are closed and none is raised.</summary>
    Discharge,

    /// <summary>The samples of an alert, or of a range.</summary>
    Strip,

    /// <summary>The alerts that are not over.</summary>
    Alerts,
}
