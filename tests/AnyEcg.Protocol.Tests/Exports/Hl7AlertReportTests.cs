using AnyEcg.Alerts;
using FsCheck;
using FsCheck.Fluent;

namespace AnyEcg.Protocol.Tests;

public sealed class Hl7AlertReportTests
{
    private static readonly string[] Segments = ["MSH", "PID", "PV1", "OBR", "OBX", "OBX", "OBX", "OBX", "OBX", "OBX", "OBX", "OBX", "NTE"];

    public static TheoryData<string> Cases => ExportCases.Names;

    [Theory]
    [MemberData(nameof(Cases))]
    public void Write_Case_IsItsGoldenFile(string name)
    {
        (AlertTransition alert, AlertContext context) = ExportCases.All[name];
        GoldenText.Check("Exports", $"{name}.hl7", ExportCases.Hl7(alert, context).Replace('\r', '\n'));
    }

    [Fact]
    public void Write_Start_SaysItAll()
    {
        Hl7Message message = new(ExportCases.Hl7(Alerts.Asystole, Alerts.Context));
        Assert.Equal(Segments, message.Names);
        Assert.Equal((@"^~\&", "ORU^R40^ORU_R40", "2.6", "UNICODE UTF-8"), (message.Raw(0, 2), message.Raw(0, 9), message.Raw(0, 12), message.Raw(0, 18)));
        Assert.Equal("20260102030419.750+0000", message.Raw(0, 7));
        Assert.Equal("ward 7/p1", message.Component(1, 3, 1));
        Assert.Equal(("196616^MDC_EVT_ALARM^MDC", "20260102030415.000+0000", ""), (message.Raw(3, 4), message.Raw(3, 7), message.Raw(3, 29)));
        Assert.Equal("199684^MDC_EVT_ECG_ASYSTOLE^MDC^397829000^Asystole^SCT^^^Asystole", message.Raw(4, 5));
        Assert.Equal(
            ["ward 7/p1", "start", "active", "enabled", "PH", "SP", "Asystole: no QRS for > 4 s"], Enumerable.Range(5, 7).Select(i => message.Component(i, 5, 1)));
        Assert.All(Enumerable.Range(4, 8), i => Assert.Equal((i == 4 ? "CWE" : "ST", "F", $"1.0.0.0.{i - 3}"), (message.Raw(i, 2), message.Raw(i, 11), message.Raw(i, 4))));
    }

    [Theory]
    [InlineData(AlertPhase.Start, AlertSignal.On, true, "start", "active", "enabled")]
    [InlineData(AlertPhase.Update, AlertSignal.On, true, "continue", "active", "enabled")]
    [InlineData(AlertPhase.Update, AlertSignal.Acknowledged, true, "update", "active", "alert-acknowledged")]
    [InlineData(AlertPhase.Update, AlertSignal.Paused, true, "update", "active", "alarm-paused")]
    [InlineData(AlertPhase.Update, AlertSignal.Off, false, "update", "inactive", "enabled")]
    [InlineData(AlertPhase.End, AlertSignal.Latched, false, "end", "latched", "enabled")]
    [InlineData(AlertPhase.End, AlertSignal.Off, false, "end", "inactive", "enabled")]
    [InlineData(AlertPhase.Start, AlertSignal.Off, true, "start", "active", "alarm-off")]
    [InlineData(AlertPhase.Retract, AlertSignal.Off, false, "end", "inactive", "enabled")]
    public void Write_PhaseAndSignal_AreTheFacetsOfTheProfile(AlertPhase phase, AlertSignal signal, bool present, string expected, string state, string inactivation)
    {
        Hl7Message message = new(ExportCases.Hl7(Alerts.Asystole with { Phase = phase, Signal = signal, ConditionPresent = present }, Alerts.Context));
        Assert.Equal((expected, state, inactivation), (message.Raw(6, 5), message.Raw(7, 5), message.Raw(8, 5)));
        Assert.Equal(phase == AlertPhase.Retract ? "W" : "F", message.Raw(4, 11));
    }

    [Fact]
    public void Write_PriorityThatChanged_EscalatesOrDeescalates()
    {
        AlertTransition alert = Alerts.Asystole with { Phase = AlertPhase.Update, PriorityReason = "why", Priority = AlertPriority.Medium };
        Assert.Equal("escalate", new Hl7Message(ExportCases.Hl7(alert with { PriorityWas = AlertPriority.Low }, Alerts.Context)).Raw(6, 5));
        Assert.Equal("de-escalate", new Hl7Message(ExportCases.Hl7(alert with { PriorityWas = AlertPriority.High }, Alerts.Context)).Raw(6, 5));
    }

    [Fact]
    public void Write_EveryKindAndPriority_HasCodesOfTheProfile()
    {
        foreach (AlertKind kind in Enum.GetValues<AlertKind>())
        {
            foreach (AlertPriority priority in Enum.GetValues<AlertPriority>())
            {
                Hl7Message message = new(ExportCases.Hl7(Alerts.Asystole with { Kind = kind, Priority = priority }, ExportCases.ContextOf(kind)));
                Assert.Contains(message.Raw(9, 5), (string[])["PH", "PM", "PL", "PI"]);
                Assert.Contains(message.Raw(10, 5), (string[])["SP", "ST", "SA"]);
                Assert.Equal(AlertKindTable.Of(kind).Title, message.Component(4, 5, 9));
            }
        }
    }

    [Fact]
    public void Write_LaterRevision_NamesItsParent()
    {
        Hl7Message message = new(ExportCases.Hl7(Alerts.Asystole with { Revision = 3, Phase = AlertPhase.Update }, Alerts.Context));
        Assert.Equal("^6f1c2d3e-0000-5000-8000-00000000000a-1&AnyEcg.Stream", message.Raw(3, 29));
        Assert.Equal("6f1c2d3e-0000-5000-8000-00000000000a-3", message.Raw(0, 10));
    }

    [Fact]
    public void Write_AnyText_KeepsTheStructureAndReadsBack()
    {
        Prop.ForAll(HostileText.Arbitrary, text =>
        {
            Hl7Message message = new(ExportCases.Hl7(HostileText.In(Alerts.Asystole, text), Alerts.Context with { LeadNames = [text, text], ModelId = text }));
            string whole = HostileText.Whole(text);
            return message.Names.SequenceEqual(Segments)
                && message.Component(0, 4, 1) == whole
                && message.Component(1, 3, 1) == $"{whole}/{whole}"
                && message.Component(1, 3, 5) == "U"
                && message.Component(8, 16, 1) == whole
                && message.Component(11, 5, 1) == $"Asystole: {whole}"
                && message.Raw(12, 4).Length == 0;
        }).QuickCheckThrowOnFailure();
    }
}
