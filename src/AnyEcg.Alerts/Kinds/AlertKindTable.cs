using System.Collections.Immutable;

namespace AnyEcg.Alerts;

/// <summary>
/// The one table of alert kinds: codes, limits, hysteresis, priority. Limits of the high-priority rhythms are those of the
/// PhysioNet/CinC 2015 challenge; the reasons for the others stand beside them. Longer than most files because it is a table.
/// </summary>
public static class AlertKindTable
{
    /// <summary>
    /// Kinds that a stream's saved state has a place for. Those after them are the worker's own and never a stream's, so that a state of before them
    /// is read as it was written.
    /// </summary>
    internal const int StreamKinds = (int)AlertKind.PatientMark + 1;

    /// <summary>Rows in the order of <see cref="AlertKind"/>.</summary>
    public static ImmutableArray<AlertKindRow> Rows { get; } =
    [
        new()
        {
            // The grave kinds end after up to ten calm seconds: a rhythm that comes and goes is one alert, not ten.
            Kind = AlertKind.Asystole, Name = "asystole", Title = "Asystole", Priority = AlertPriority.High,
            Mdc = Published(3076, "MDC_EVT_ECG_ASYSTOLE"), Snomed = "397829000",
            Limit = 4, OffLimit = 4, LimitFormat = "no QRS for {0} s", Hysteresis = new(1, 1, 5, 5), Latching = true,
        },
        new()
        {
            // The first second is often half sinus: four of five seconds reach the four seconds of the definition.
            Kind = AlertKind.VentricularFibrillation, Name = "ventricular-fibrillation",
            Title = "Ventricular fibrillation or flutter", Priority = AlertPriority.High, Snomed = "71908006",
            Limit = 0.5, OffLimit = 0.3, LimitFormat = "probability >= {0} in {2} of {3} s",
            Hysteresis = new(4, 5, 9, 10), Latching = true,
        },
        new()
        {
            Kind = AlertKind.VentricularTachycardia, Name = "ventricular-tachycardia", Title = "Ventricular tachycardia",
            Priority = AlertPriority.High, Mdc = FromDriver(3224), Snomed = "25569003",
            Limit = 100, OffLimit = 95, Over = 5, LimitFormat = "{1} or more ventricular beats > {0}/min",
            Hysteresis = new(4, 5, 9, 10), Latching = true,
        },
        new()
        {
            Kind = AlertKind.NonSustainedVentricularTachycardia, Name = "non-sustained-ventricular-tachycardia",
            Title = "Non-sustained ventricular tachycardia", Priority = AlertPriority.Medium, Mdc = FromDriver(3226),
            Snomed = "66657009", Limit = 100, OffLimit = 100, Over = 3, LimitFormat = "run of {1}-4 ventricular beats > {0}/min",
            Hysteresis = new(1, 1, 10, 10), RefractorySeconds = 30, QualityGated = true,
        },
        new()
        {
            // Extreme rates end where the ordinary ones begin: a rate that hovers around the limit is one alert, not fifty an hour.
            Kind = AlertKind.ExtremeBradycardia, Name = "extreme-bradycardia", Title = "Extreme bradycardia",
            Priority = AlertPriority.High, Mdc = FromDriver(3086), Snomed = "48867003",
            Limit = 40, OffLimit = 50, Over = 5, LimitFormat = "rate < {0}/min over {1} beats",
            Hysteresis = new(1, 1, 10, 10), Latching = true,
        },
        new()
        {
            Kind = AlertKind.ExtremeTachycardia, Name = "extreme-tachycardia", Title = "Extreme tachycardia",
            Priority = AlertPriority.High, Mdc = FromDriver(3122), Snomed = "3424008",
            Limit = 140, OffLimit = 120, Over = 17, LimitFormat = "rate > {0}/min over {1} beats",
            Hysteresis = new(1, 1, 10, 10), Latching = true,
        },
        new()
        {
            // Half a minute keeps a few slow beats of sleep from counting.
            Kind = AlertKind.Bradycardia, Name = "bradycardia", Title = "Bradycardia", Priority = AlertPriority.Low,
            Mdc = Published(3084, "MDC_EVT_ECG_SINUS_BRADY"), Snomed = "48867003",
            Limit = 50, OffLimit = 53, Over = 30, LimitFormat = "rate < {0}/min over {1} s",
            Hysteresis = new(1, 1, 10, 10), RefractorySeconds = 60, QualityGated = true,
        },
        new()
        {
            Kind = AlertKind.Tachycardia, Name = "tachycardia", Title = "Tachycardia", Priority = AlertPriority.Low,
            Mdc = Published(3262, "MDC_EVT_ECG_SINUS_TACHY"), Snomed = "3424008",
            Limit = 120, OffLimit = 115, Over = 30, LimitFormat = "rate > {0}/min over {1} s",
            Hysteresis = new(1, 1, 10, 10), RefractorySeconds = 60, QualityGated = true,
        },
        new()
        {
            // Longer than the compensatory pause after an ectopic beat at any usual rate.
            Kind = AlertKind.Pause, Name = "pause", Title = "Pause", Priority = AlertPriority.Medium, Mdc = FromDriver(3108),
            Limit = 2.5, OffLimit = 2.5, LimitFormat = "no QRS for {0} s", Hysteresis = new(1, 1, 5, 5), RefractorySeconds = 10,
        },
        new()
        {
            Kind = AlertKind.SupraventricularTachycardia, Name = "supraventricular-tachycardia",
            Title = "Supraventricular tachycardia", Priority = AlertPriority.Medium, Mdc = FromDriver(3192), Snomed = "6456007",
            Limit = 140, OffLimit = 133, Over = 5, LimitFormat = "{1} or more narrow beats > {0}/min",
            Hysteresis = new(5, 8, 5, 8), RefractorySeconds = 30, QualityGated = true,
        },
        new()
        {
            // Thirty seconds are the shortest episode that the guidelines call atrial fibrillation.
            Kind = AlertKind.AtrialFibrillation, Name = "atrial-fibrillation", Title = "Atrial fibrillation",
            Priority = AlertPriority.Medium, Mdc = Published(3128, "MDC_EVT_ECG_ATR_FIB"), Snomed = "49436004",
            Limit = 0.5, OffLimit = 0.3, LimitFormat = "probability >= {0} in {2} of {3} s",
            Hysteresis = new(20, 30, 20, 30), RefractorySeconds = 60, UpdateSeconds = 0, QualityGated = true,
        },
        new()
        {
            Kind = AlertKind.AtrialFlutter, Name = "atrial-flutter", Title = "Atrial flutter", Priority = AlertPriority.Medium,
            Mdc = Published(3276, "MDC_EVT_ECG_ATR_FLUT"), Snomed = "5370000",
            Limit = 0.5, OffLimit = 0.3, LimitFormat = "probability >= {0} in {2} of {3} s",
            Hysteresis = new(20, 30, 20, 30), RefractorySeconds = 60, UpdateSeconds = 0, QualityGated = true,
        },
        new()
        {
            Kind = AlertKind.VentricularPair, Name = "ventricular-pair", Title = "Ventricular pair", Priority = AlertPriority.Low,
            Mdc = FromDriver(3210), Snomed = "251175005", Over = 2, LimitFormat = "{1} ventricular beats in a row",
            Hysteresis = new(1, 1, 30, 30), RefractorySeconds = 60, QualityGated = true,
        },
        new()
        {
            Kind = AlertKind.VentricularBigeminy, Name = "ventricular-bigeminy", Title = "Ventricular bigeminy",
            Priority = AlertPriority.Low, Mdc = FromDriver(3082), Snomed = "251175005",
            Over = 3, LimitFormat = "every second beat ventricular over {1} cycles",
            Hysteresis = new(1, 1, 8, 8), RefractorySeconds = 60, QualityGated = true,
        },
        new()
        {
            Kind = AlertKind.VentricularTrigeminy, Name = "ventricular-trigeminy", Title = "Ventricular trigeminy",
            Priority = AlertPriority.Low, Mdc = FromDriver(3236), Snomed = "251175005",
            Over = 3, LimitFormat = "every third beat ventricular over {1} cycles",
            Hysteresis = new(1, 1, 8, 8), RefractorySeconds = 60, QualityGated = true,
        },
        new()
        {
            Kind = AlertKind.FrequentVentricularEctopy, Name = "frequent-ventricular-ectopy", Title = "Frequent ventricular ectopy",
            Priority = AlertPriority.Low, Snomed = "251175005",
            Limit = 6, OffLimit = 4, Over = 60, LimitFormat = "more than {0} ventricular beats in {1} s",
            Hysteresis = new(1, 1, 10, 10), RefractorySeconds = 300, QualityGated = true,
        },
        new()
        {
            // A bare score names no rhythm: it must stand for most of a minute before it says anything.
            Kind = AlertKind.ArrhythmiaUnspecified, Name = "arrhythmia-unspecified", Title = "Arrhythmia, unspecified",
            Priority = AlertPriority.Info, Mdc = Published(3266, "MDC_EVT_ECG_ARRHY"), Snomed = "698247007",
            Limit = 0.9, OffLimit = 0.7, LimitFormat = "anomaly score >= {0} in {2} of {3} s",
            Hysteresis = new(50, 60, 40, 60), RefractorySeconds = 300, QualityGated = true,
        },
        new()
        {
            Kind = AlertKind.LeadOff, Name = "lead-off", Title = "Lead off or unreadable signal", Type = AlertType.Technical,
            Priority = AlertPriority.Medium, Mdc = Published(72, "MDC_EVT_LEAD_OFF"),
            Limit = 30, OffLimit = 10, Over = 40, LimitFormat = "lead off in {2} of {3} s, or signal unreadable in {0} of {1} s",
            Hysteresis = new(3, 3, 3, 3), RefractorySeconds = 10,
        },
        Technical(AlertKind.DeviceOffline, "device-offline", "Device offline", AlertPriority.Medium, "device reported offline"),
        Technical(AlertKind.NoData, "no-data", "Connected but no data", AlertPriority.Medium, "no frame in time"),
        Technical(AlertKind.StuckEngine, "stuck-engine", "Engine stuck", AlertPriority.High, "engine made no progress"),

        // A device that does it does it again and again: once a minute says enough.
        Technical(AlertKind.KeyConflict, "key-conflict", "Samples conflict", AlertPriority.Low, "same samples, other values") with { RefractorySeconds = 60 },
        Technical(AlertKind.ClockJump, "clock-jump", "Device clock jumped", AlertPriority.Info, "device clock jumped") with { RefractorySeconds = 60 },
        Technical(AlertKind.PatientMark, "patient-mark", "Patient pressed the button", AlertPriority.Low, "patient's mark"),

        // It lasts until the worker is restarted, and nothing changes until then.
        Technical(AlertKind.EngineDegraded, "engine-degraded", "Engine degraded", AlertPriority.Medium, "device failed") with { UpdateSeconds = 0 },
    ];

    /// <summary>The row of a kind.</summary>
    public static AlertKindRow Of(AlertKind kind) => Rows[(int)kind];

    /// <summary>The kind of a wire name; false when there is none such.</summary>
    public static bool TryParse(string name, out AlertKind kind)
    {
        foreach (AlertKindRow row in Rows)
        {
            if (row.Name == name)
            {
                kind = row.Kind;
                return true;
            }
        }

        kind = default;
        return false;
    }

    private static MdcCode Published(int term, string refId) => new(term, refId, FromDriver: false);

    private static MdcCode FromDriver(int term) => new(term, null, FromDriver: true);

    private static AlertKindRow Technical(AlertKind kind, string name, string title, AlertPriority priority, string limit) =>
        new() { Kind = kind, Name = name, Title = title, Type = AlertType.Technical, Priority = priority, LimitFormat = limit };
}
