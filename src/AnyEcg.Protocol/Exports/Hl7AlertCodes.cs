using AnyEcg.Alerts;

namespace AnyEcg.Protocol;

/// <summary>Our enums in the value sets of the facets of IHE's alert report.</summary>
internal static class Hl7AlertCodes
{
    /// <summary>start, end, escalate, de-escalate, continue or update; a retraction is an end whose observations are marked as wrong.</summary>
    public static string Phase(AlertTransition alert) => alert.Phase switch
    {
        AlertPhase.Start => "start",
        AlertPhase.End or AlertPhase.Retract => "end",
        _ when alert.PriorityWas is AlertPriority was && was != alert.Priority => was < alert.Priority ? "escalate" : "de-escalate",
        _ => alert is { ConditionPresent: true, Signal: AlertSignal.On } ? "continue" : "update",
    };

    /// <summary>active, latched or inactive.</summary>
    public static string State(AlertTransition alert) => alert switch
    {
        { Phase: AlertPhase.Retract } => "inactive",
        { ConditionPresent: true } => "active",
        { Signal: AlertSignal.Latched } => "latched",
        _ => "inactive",
    };

    /// <summary>Whether its signal was stopped, and how.</summary>
    public static string Inactivation(AlertTransition alert) => alert.Signal switch
    {
        AlertSignal.Acknowledged => "alert-acknowledged",
        AlertSignal.Paused => "alarm-paused",
        AlertSignal.Off when alert.ConditionPresent => "alarm-off",
        _ => "enabled",
    };

    public static string Priority(AlertPriority priority) => priority switch
    {
        AlertPriority.High => "PH",
        AlertPriority.Medium => "PM",
        AlertPriority.Low => "PL",
        _ => "PI",
    };

    /// <summary>Physiological, technical, or an advisory: the patient's button and all that is for information only.</summary>
    public static string Type(AlertTransition alert, AlertContext context) =>
        alert.Kind == AlertKind.PatientMark || alert.Priority == AlertPriority.Info ? "SA"
        : context.Type == AlertType.Technical ? "ST" : "SP";
}
