using System.Text.Json.Nodes;
using AnyEcg.Alerts;
using FsCheck;
using FsCheck.Fluent;

namespace AnyEcg.Protocol.Tests;

public sealed class FhirDeviceAlertTests
{
    /// <summary>The elements of DeviceAlert in 6.0.0-ballot4, with those of every resource that we use.</summary>
    private static readonly string[] Elements =
    [
        "resourceType", "id", "meta", "extension", "identifier", "procedure", "status", "category", "type", "priority", "code", "subject", "encounter",
        "presence", "occurrencePeriod", "device", "acknowledged", "acknowledgedBy", "location", "derivedFrom", "label", "signal",
    ];

    public static TheoryData<string> Cases => ExportCases.Names;

    [Theory]
    [MemberData(nameof(Cases))]
    public void Write_Case_IsItsGoldenFile(string name)
    {
        (AlertTransition alert, AlertContext context) = ExportCases.All[name];
        GoldenText.Check("Exports", $"{name}.json", ExportCases.Indented(ExportCases.Fhir(alert, context)));
    }

    [Fact]
    public void Write_EveryCombination_HasOnlyElementsAndCodesOfTheBallot()
    {
        foreach (AlertTransition alert in Combinations())
        {
            JsonObject resource = Resource(alert);
            Assert.Empty(resource.Select(p => p.Key).Except(Elements));
            Assert.Contains((string)resource["status"]!, (string[])["in-progress", "completed", "entered-in-error", "unknown"]);
            Assert.Contains(Code(resource["type"]!), (string[])["physiological", "technical"]);
            Assert.Contains(Code(resource["priority"]!), (string[])["high", "medium", "low", "info"]);
            Assert.Contains(Code(resource["signal"]![0]!["activationState"]!), (string[])["on", "off", "paused"]);
            Assert.Contains(Code(resource["signal"]![0]!["presence"]!), (string[])["on", "latched", "off", "ack"]);
            Assert.Equal(alert.ConditionPresent, (bool)resource["presence"]!);
            Assert.NotEmpty((string)resource["code"]!["text"]!);
        }
    }

    [Fact]
    public void Write_ConditionOrSignalThatIsThere_IsInProgress()
    {
        foreach (AlertTransition alert in Combinations().Where(a => a.Phase != AlertPhase.Retract))
        {
            bool over = !alert.ConditionPresent && alert.Signal is AlertSignal.Off or AlertSignal.Acknowledged && !alert.ConditionPresent;
            Assert.Equal(over ? "completed" : "in-progress", (string)Resource(alert)["status"]!);
        }
    }

    [Fact]
    public void Write_KindWithoutCodes_HasTextAlone()
    {
        JsonObject resource = Resource(Alerts.Asystole with { Kind = AlertKind.NoData });
        Assert.Null(resource["code"]!["coding"]);
        Assert.Equal("Connected but no data", (string)resource["code"]!["text"]!);
    }

    [Fact]
    public void Write_Twice_IsTheSameBytes() =>
        Assert.Equal(ExportCases.Fhir(Alerts.Asystole, Alerts.Context), ExportCases.Fhir(Alerts.Asystole with { }, Alerts.Context with { }));

    [Fact]
    public void Write_AnyText_KeepsTheStructure()
    {
        string[] shape = [.. Paths(JsonNode.Parse(ExportCases.Fhir(HostileText.In(Alerts.Asystole, "x"), Alerts.Context))!)];
        Prop.ForAll(HostileText.Arbitrary, text =>
        {
            text = $"x{text}";
            JsonNode resource = JsonNode.Parse(ExportCases.Fhir(HostileText.In(Alerts.Asystole, text), Alerts.Context with { LeadNames = [text, text], ModelId = text }))!;
            string plain = HostileText.Plain(text);
            return Paths(resource).SequenceEqual(shape)
                && (string)resource["subject"]!["identifier"]!["value"]! == $"{plain}/{plain}"
                && (string)resource["acknowledgedBy"]!["display"]! == plain
                && (string)resource["label"]! == plain;
        }).QuickCheckThrowOnFailure();
    }

    private static IEnumerable<AlertTransition> Combinations() =>
        from kind in Enum.GetValues<AlertKind>()
        from phase in Enum.GetValues<AlertPhase>()
        from signal in Enum.GetValues<AlertSignal>()
        from present in (bool[])[true, false]
        select Alerts.Asystole with { Kind = kind, Phase = phase, Signal = signal, ConditionPresent = present, Priority = (AlertPriority)((int)kind % 4) };

    private static JsonObject Resource(AlertTransition alert) =>
        JsonNode.Parse(ExportCases.Fhir(alert, ExportCases.ContextOf(alert.Kind)))!.AsObject();

    private static string Code(JsonNode concept) => (string)concept["coding"]![0]!["code"]!;

    /// <summary>Every path to a leaf, in order.</summary>
    private static IEnumerable<string> Paths(JsonNode node) => node switch
    {
        JsonObject o => o.SelectMany(p => Paths(p.Value!)),
        JsonArray a => a.SelectMany(i => Paths(i!)),
        _ => [node.GetPath()],
    };
}
