using AnyEcg.Alerts;

namespace AnyEcg.Protocol.Tests;

/// <summary>Alerts to test with: an asystole at second 10 of an epoch that began at 2026-01-02T03:04:05Z.</summary>
internal static class Alerts
{
    public const long EpochNs = 1_767_323_045_000_000_000;

    public static AlertTransition Asystole { get; } = new()
    {
        AlertId = new Guid("6f1c2d3e-0000-5000-8000-00000000000a"),
        Revision = 1,
        Group = "ward 7",
        Stream = "p1",
        Kind = AlertKind.Asystole,
        Phase = AlertPhase.Start,
        Priority = AlertPriority.High,
        Signal = AlertSignal.On,
        ConditionPresent = true,
        Epoch = 4,
        OnsetSample = 3000,
        DecidedSample = 4200,
        OnsetNs = EpochNs + 10_000_000_000,
        DecidedReceivedNs = EpochNs + 14_500_000_000,
        Limit = "no QRS for > 4 s",
        Score = 0.123456,
        QualityDoubtful = false,
        Leads = 0b101,
    };

    public static AlertContext Context { get; } = new()
    {
        Codes = new AlertCodes(199_684, "MDC_EVT_ECG_ASYSTOLE", Snomed: 397_829_000),
        ModelId = "first-1a2b3c",
        LeadNames = ["MLII", "V1"],
    };
}
