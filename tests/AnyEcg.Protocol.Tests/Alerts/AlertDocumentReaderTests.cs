using System.Buffers;
using System.Text;
using AnyEcg.Alerts;

namespace AnyEcg.Protocol.Tests;

public sealed class AlertDocumentReaderTests
{
    public static TheoryData<string> Names => ExportCases.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void TryRead_AStoredDocument_IsExportedAsTheTransitionItself(string name)
    {
        (AlertTransition alert, AlertContext context) = ExportCases.All[name];
        (AlertTransition readAlert, AlertContext readContext) = AlertDocumentReader.TryRead(Written(alert, context))!.Value;
        Assert.Equal(ExportCases.Fhir(alert, context), ExportCases.Fhir(readAlert, readContext));
        Assert.Equal(ExportCases.Hl7(alert, context), ExportCases.Hl7(readAlert, readContext));
        Assert.Equal(AlertDocument.EventNs(alert), AlertDocument.EventNs(readAlert));
    }

    [Fact]
    public void TryRead_AnyDocument_WrittenAgainIsTheSameBytes()
    {
        Random random = new(5);
        for (int i = 0; i < 3000; i++)
        {
            (AlertTransition alert, AlertContext context) = Any(random);
            byte[] document = Written(alert, context);
            (AlertTransition readAlert, AlertContext readContext) = AlertDocumentReader.TryRead(document)!.Value;
            Assert.Equal(Encoding.UTF8.GetString(document), Encoding.UTF8.GetString(Written(readAlert, readContext)));
        }
    }

    [Fact]
    public void TryRead_DamagedDocuments_AreReadOrNull()
    {
        byte[] whole = Written(Alerts.Asystole, Alerts.Context);
        Random random = new(6);
        int taken = 0;
        for (int i = 0; i < 5000; i++)
        {
            byte[] damaged = [.. whole];
            damaged[random.Next(damaged.Length)] = (byte)random.Next(32, 127);
            taken += AlertDocumentReader.TryRead(damaged) is null ? 0 : 1;
        }

        Assert.InRange(taken, 1, 4999);
        Assert.Null(AlertDocumentReader.TryRead("{}"u8.ToArray()));
    }

    private static (AlertTransition, AlertContext) Any(Random random)
    {
        long onset = random.NextInt64(0, 1L << 40), onsetNs = Alerts.EpochNs + random.NextInt64(0, 1L << 50);
        AlertTransition alert = Alerts.Asystole with
        {
            Kind = (AlertKind)random.Next(24),
            Phase = (AlertPhase)random.Next(4),
            Priority = (AlertPriority)random.Next(4),
            PriorityWas = Maybe(random, (AlertPriority)random.Next(4)),
            Signal = (AlertSignal)random.Next(5),
            ConditionPresent = random.Next(2) == 0,
            OnsetSample = onset,
            DecidedSample = onset + random.Next(-100, 1_000_000),
            EndSample = Maybe(random, onset + random.Next(100_000)),
            OnsetNs = onsetNs,
            EndNs = Maybe(random, onsetNs + random.NextInt64(0, 1L << 42)),
            DecidedReceivedNs = onsetNs + random.NextInt64(0, 1L << 42),
            Score = random.Next(9) == 0 ? double.NaN : random.NextDouble(),
            Value = random.Next(9) == 0 ? double.NaN : Maybe(random, random.NextDouble() * 300),
            QualityDoubtful = random.Next(2) == 0,
            Leads = (uint)random.Next(1 << 16),
            Historical = random.Next(2) == 0,
            Action = random.Next(2) == 0 ? null : new TransitionAction((TransitionActionKind)random.Next(8), random.Next(2) == 0 ? null : "n\"7", random.Next(2) == 0 ? null : "why", onsetNs + random.Next()),
            PausedUntilNs = Maybe(random, onsetNs),
            Retraction = random.Next(2) == 0 ? null : "late beat <1>",
        };
        AlertContext context = Alerts.Context with
        {
            Type = (AlertType)random.Next(2),
            Codes = random.Next(3) switch { 0 => AlertCodes.None, 1 => new AlertCodes(1, null, true), _ => Alerts.Context.Codes },
            ModelId = random.Next(2) == 0 ? null : "m",
            LeadNames = [.. Enumerable.Range(0, random.Next(17)).Select(i => $"lead {i}")],
        };
        return (alert with { PriorityReason = alert.PriorityWas is null ? null : "limits" }, context);
    }

    private static T? Maybe<T>(Random random, T value)
        where T : struct => random.Next(2) == 0 ? null : value;

    private static byte[] Written(AlertTransition alert, AlertContext context)
    {
        ArrayBufferWriter<byte> output = new();
        AlertDocument.Write(alert, context, output);
        return output.WrittenSpan.ToArray();
    }
}
