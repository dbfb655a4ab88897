using System.Collections.Immutable;
using AnyEcg.Alerts;

namespace AnyEcg.Protocol;

/// <summary>What an alert document says beyond its transition: facts of the kind, of the stream and of the model.</summary>
public sealed record AlertContext
{
    public AlertType Type { get; init; } = AlertType.Physiological;

    public AlertCodes Codes { get; init; } = AlertCodes.None;

    /// <summary>Name and hash of the weights; null for a rule that needs none.</summary>
    public string? ModelId { get; init; }

    /// <summary>Names of the stream's leads in wire order, for the bits of <see cref="AlertTransition.Leads"/>.</summary>
    public ImmutableArray<string> LeadNames { get; init; } = [];
}
