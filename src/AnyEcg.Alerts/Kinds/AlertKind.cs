namespace AnyEcg.Alerts;

/// <summary>What an alert is about. The wire name is the kebab-case of the member (see AlertKindTable).</summary>
public enum AlertKind : byte
{
    Asystole,
    VentricularFibrillation,
    VentricularTachycardia,
    NonSustainedVentricularTachycardia,
    ExtremeBradycardia,
    ExtremeTachycardia,
    Bradycardia,
    Tachycardia,
    Pause,
    SupraventricularTachycardia,
    AtrialFibrillation,
    AtrialFlutter,
    VentricularPair,
    VentricularBigeminy,
    VentricularTrigeminy,
    FrequentVentricularEctopy,
    ArrhythmiaUnspecified,
    LeadOff,
    DeviceOffline,
    NoData,
    StuckEngine,
    KeyConflict,
    ClockJump,
    PatientMark,
    EngineDegraded,
}

public enum AlertPriority : byte
{
    Info = 0,
    Low = 1,
    Medium = 2,
    High = 3,
}

public enum AlertType : byte
{
    Physiological,
    Technical,
}

public enum AlertPhase : byte
{
    Start,
    Update,
    End,
    Retract,
}

public enum AlertSignal : byte
{
    On,
    Latched,
    Acknowledged,
    Paused,
    Off,
}
