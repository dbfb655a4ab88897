using AnyEcg.Alerts;
using AnyEcg.Signal;

namespace AnyEcg.Protocol;

/// <summary>Names of the enums of alert and rhythm documents: for kinds the table's, else the member in kebab-case.</summary>
public static class WireNames
{
    internal static readonly string[] Kinds = [.. AlertKindTable.Rows.Select(row => row.Name)];
    internal static readonly string[] Phases = Rejections.Names<AlertPhase>();
    internal static readonly string[] Priorities = Rejections.Names<AlertPriority>();
    internal static readonly string[] Types = Rejections.Names<AlertType>();
    internal static readonly string[] Signals = Rejections.Names<AlertSignal>();
    internal static readonly string[] Actions = Rejections.Names<TransitionActionKind>();
    internal static readonly string[] Rhythms = Rejections.Names<RhythmClass>();

    public static string WireName(this AlertKind kind) => Kinds[(int)kind];

    public static string WireName(this AlertPhase phase) => Phases[(int)phase];

    public static string WireName(this AlertPriority priority) => Priorities[(int)priority];

    public static string WireName(this AlertType type) => Types[(int)type];

    public static string WireName(this AlertSignal signal) => Signals[(int)signal];

    public static string WireName(this TransitionActionKind action) => Actions[(int)action];

    public static string WireName(this RhythmClass rhythm) => Rhythms[(int)rhythm];
}
