using System.Buffers;
using AnyEcg.Alerts;
using AnyEcg.Protocol;
using AnyEcg.Signal;

namespace AnyEcg.Worker.Tests;

/// <summary>Made-up results of the engine.</summary>
internal static class Transitions
{
    public const long OnsetNs = 1_772_366_400_000_000_000;

    public static AlertTransition Alert(
        AlertPhase phase = AlertPhase.Start, string stream = "bed-1", int number = 1, AlertPriority priority = AlertPriority.High) => new()
        {
            AlertId = new Guid(number, 0, 0, new byte[8]),
            Revision = phase == AlertPhase.Start ? 1 : 2,
            Group = "ward",
            Stream = stream,
            Kind = AlertKind.Asystole,
            Phase = phase,
            Priority = priority,
            Signal = phase == AlertPhase.End ? AlertSignal.Off : AlertSignal.On,
            ConditionPresent = phase != AlertPhase.End,
            Epoch = 1,
            OnsetSample = 300,
            DecidedSample = 1500,
            EndSample = phase == AlertPhase.End ? 2400 : null,
            OnsetNs = OnsetNs,
            EndNs = phase == AlertPhase.End ? OnsetNs + 7_000_000_000 : null,
            DecidedReceivedNs = OnsetNs + 4_100_000_000,
            Limit = "no QRS for 4 s",
            Score = 1,
            QualityDoubtful = false,
            Leads = 1,
        };

    public static byte[] Body(AlertTransition alert)
    {
        ArrayBufferWriter<byte> body = new();
        AlertDocument.Write(alert, new AlertContexts("model-1").For(alert, ["II"]), body);
        return body.WrittenSpan.ToArray();
    }

    public static void Add(this Outbox outbox, AlertTransition alert) => outbox.Add(alert, Body(alert));

    public static RhythmSummary Rhythm(string stream = "bed-1", double? rate = 61.25) => new()
    {
        Group = "ward",
        Stream = stream,
        Epoch = 1,
        Second = 5,
        TimeNs = OnsetNs,
        Rhythm = RhythmClass.Sinus,
        RhythmScore = 0.9,
        HeartRate = rate,
        Quality = 1,
        Coverage = 1,
        AfBurden = 0.125,
        VentricularPerHour = 2.5,
        LongTerm = new LongTermFigures
        {
            AnalysedSeconds = 3600,
            LongestPause = new PauseFact(new EcgPlace(300, OnsetNs), 2.75),
        },
    };

    public static PatchSecond Patch(long second, float millivolts = 1, uint epoch = 1, uint present = 1, long completedNs = 0)
    {
        PatchSecond patch = new(1) { Epoch = epoch, Second = second, Present = present, CompletedNs = completedNs };
        patch.Samples.AsSpan().Fill(millivolts);
        return patch;
    }
}
