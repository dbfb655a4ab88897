namespace AnyEcg.Alerts.Tests;

/// <summary>
/// The kinds that the random schedules use, and what operators set of them. One second starts them and one ends them, so that a short
/// schedule sees whole lives; all other kinds are disabled.
/// </summary>
internal static class ScheduleSettings
{
    public const int MaxUnreadSeconds = 30;

    /// <summary>In the order in which their rules judge a second.</summary>
    public static AlertKind[] Judged { get; } = [AlertKind.VentricularFibrillation, AlertKind.AtrialFibrillation, AlertKind.AtrialFlutter];

    public static AlertKind[] Raised { get; } = [AlertKind.DeviceOffline, AlertKind.NoData, AlertKind.KeyConflict, AlertKind.PatientMark];

    public static Dictionary<AlertKind, ModelRow> Site { get; } = new()
    {
        [AlertKind.VentricularFibrillation] = new(true, AlertPriority.High, true, 0, 0, 2, 0.5),
        [AlertKind.AtrialFibrillation] = new(true, AlertPriority.Medium, false, 5, 3, 0, 0.5),
        [AlertKind.AtrialFlutter] = new(true, AlertPriority.Info, true, 3, 0, 0, 0.5),
        [AlertKind.DeviceOffline] = new(true, AlertPriority.Medium, true, 4, 0, 30, 0),
        [AlertKind.NoData] = new(true, AlertPriority.Medium, false, 0, 10, 30, 0),
        [AlertKind.KeyConflict] = new(true, AlertPriority.Low, false, 0, 20, 30, 0),
        [AlertKind.PatientMark] = new(true, AlertPriority.Low, true, 6, 0, 30, 0),
    };

    /// <summary>Limits of single streams, each with what they make of the site's rows; the first are none.</summary>
    public static (Dictionary<AlertKind, AlertKindOptions>? Options, Dictionary<AlertKind, ModelRow> Rows)[] Limits { get; } =
    [
        (null, Site),
        Set(AlertKind.AtrialFibrillation, new() { Enabled = false }, row => row with { Enabled = false }),
        Set(AlertKind.AtrialFibrillation, new() { Priority = AlertPriority.High }, row => row with { Priority = AlertPriority.High }),
        Set(AlertKind.AtrialFibrillation, new() { Limit = 0.6, OffLimit = 0.3 }, row => row with { Limit = 0.6 }),
        Set(AlertKind.AtrialFlutter, new() { Priority = AlertPriority.Low, EscalateSeconds = 0 }, row => row with { Priority = AlertPriority.Low, Escalate = 0 }),
        Set(AlertKind.VentricularFibrillation, new() { Latching = false }, row => row with { Latching = false }),
        Set(AlertKind.DeviceOffline, new() { Enabled = false }, row => row with { Enabled = false }),
        Set(AlertKind.PatientMark, new() { Latching = false, RefractorySeconds = 5 }, row => row with { Latching = false, Refractory = 5 }),
    ];

    public static AlertSettings Make() => new(new AlertOptions
    {
        MaxUnreadSeconds = MaxUnreadSeconds,
        Kinds = Enum.GetValues<AlertKind>().ToDictionary(kind => kind, Options),
    });

    private static AlertKindOptions Options(AlertKind kind) => !Site.TryGetValue(kind, out ModelRow? row) ? new() { Enabled = false } : new()
    {
        Priority = row.Priority,
        Latching = row.Latching,
        EscalateSeconds = row.Escalate,
        RefractorySeconds = row.Refractory,
        UpdateSeconds = row.Update,
        OnSeconds = 1,
        OnOfSeconds = 1,
        OffSeconds = 1,
        OffOfSeconds = 1,
    };

    private static (Dictionary<AlertKind, AlertKindOptions>? Options, Dictionary<AlertKind, ModelRow> Rows) Set(
        AlertKind kind, AlertKindOptions options, Func<ModelRow, ModelRow> change) =>
        (new() { [kind] = options }, new(Site) { [kind] = change(Site[kind]) });
}
