using System.Buffers;
using System.Text;
using AnyEcg.Alerts;

namespace AnyEcg.Protocol.Tests;

public sealed class AlertDocumentTests
{
    [Fact]
    public void Write_Start_IsTheExampleOfTheDocument()
        => Assert.Contains(Compact(Write(Alerts.Asystole, Alerts.Context)), Compact(RepositoryFiles.Protocol), StringComparison.Ordinal);

    [Fact]
    public void Attributes_Start_AreACloudEvent()
    {
        Dictionary<string, string> attributes = new(AlertDocument.Attributes(Alerts.Asystole, Alerts.EpochNs + 14_750_000_000));
        Assert.Equal("1.0", attributes["specversion"]);
        Assert.Equal("6f1c2d3e-0000-5000-8000-00000000000a:1", attributes["id"]);
        Assert.Equal("/anyecg/v1/ward%207", attributes["source"]);
        Assert.Equal("p1", attributes["subject"]);
        Assert.Equal("anyecg.alert.start", attributes["type"]);
        Assert.Equal("2026-01-02T03:04:15.000Z", attributes["time"]);
        Assert.Equal("application/json", attributes["datacontenttype"]);
        Assert.Equal("2026-01-02T03:04:19.750Z", attributes["publishedat"]);
        Assert.Equal("250", attributes["workerlagms"]);
    }

    [Theory]
    [InlineData(AlertPhase.Start, 10.0)]
    [InlineData(AlertPhase.Update, 14.0)]
    [InlineData(AlertPhase.Retract, 14.0)]
    [InlineData(AlertPhase.End, 13.5)]
    public void EventNs_ByPhase_IsEventTime(AlertPhase phase, double seconds)
    {
        AlertTransition alert = Alerts.Asystole with { Phase = phase, EndNs = Alerts.EpochNs + 13_500_000_000 };
        Assert.Equal(Alerts.EpochNs + (long)(seconds * 1e9), AlertDocument.EventNs(alert));
        Assert.EndsWith($":{alert.Revision}", AlertDocument.EventId(alert), StringComparison.Ordinal);
    }

    [Fact]
    public void Write_Twice_IsTheSameBytes()
        => Assert.Equal(Write(Alerts.Asystole, Alerts.Context), Write(Alerts.Asystole with { }, Alerts.Context with { }));

    [Fact]
    public void Write_PriorityChangeAndTechnicalAndUnlisted_SaysSo()
    {
        AlertTransition alert = Alerts.Asystole with { PriorityWas = AlertPriority.Low, PriorityReason = "not acknowledged", Score = double.NaN, Value = 37.12345 };
        string json = Write(alert, Alerts.Context with { Type = AlertType.Technical, ModelId = null, Codes = new AlertCodes(1, null, true) });
        Assert.Contains("\"priorityChange\":{\"was\":\"low\",\"reason\":\"not acknowledged\"}", json, StringComparison.Ordinal);
        Assert.Contains("\"type\":\"technical\",\"codes\":{\"mdc\":{\"code\":1,\"unlisted\":true}}", json, StringComparison.Ordinal);
        Assert.Contains("\"score\":null", json, StringComparison.Ordinal);
        Assert.Contains("\"value\":37.123", json, StringComparison.Ordinal);
        Assert.DoesNotContain("modelId", json, StringComparison.Ordinal);
    }

    [Fact]
    public void TryParse_WhatWriteWrote_ReadsTheAlert()
    {
        foreach (AlertKind kind in Enum.GetValues<AlertKind>())
        {
            AlertTransition alert = Alerts.Asystole with
            {
                Kind = kind,
                Phase = AlertPhase.End,
                Signal = AlertSignal.Latched,
                ConditionPresent = false,
                EndSample = 4000,
                EndNs = Alerts.EpochNs,
            };
            AlertReading? read = AlertReading.TryParse(Encoding.UTF8.GetBytes(Write(alert, Alerts.Context)));
            Assert.NotNull(read);
            Assert.Equal((alert.AlertId, 1, "ward 7", "p1"), (read.AlertId, read.Revision, read.Group, read.Stream));
            Assert.Equal((kind, AlertPhase.End, AlertPriority.High, AlertSignal.Latched), (read.Kind, read.Phase, read.Priority, read.Signal));
            Assert.Equal((false, 4u, 3000L, 4000L, alert.Limit), (read.ConditionPresent, read.Epoch, read.OnsetSample, read.EndSample, read.Limit));
        }
    }

    [Fact]
    public void Write_OfAWorkerItself_HasNoStripAndIsRead()
    {
        string json = Write(Alerts.Asystole with { Group = OutputTopics.WorkerGroup, Stream = "w1", Kind = AlertKind.StuckEngine }, new AlertContext { Type = AlertType.Technical });
        Assert.DoesNotContain("stripTopic", json, StringComparison.Ordinal);
        AlertReading? read = AlertReading.TryParse(Encoding.UTF8.GetBytes(json));
        Assert.Equal((OutputTopics.WorkerGroup, "w1", Alerts.Asystole.OnsetNs), (read!.Group, read.Stream, read.OnsetNs));
    }

    [Fact]
    public void TryParse_Action_ReadsWhoWhyAndWhen()
    {
        foreach (TransitionActionKind kind in Enum.GetValues<TransitionActionKind>())
        {
            TransitionAction action = new(kind, kind == TransitionActionKind.PauseOver ? null : "nurse 7", "seen", Alerts.EpochNs + 20_000_000_000);
            AlertTransition alert = Alerts.Asystole with
            {
                Revision = 2,
                Phase = AlertPhase.Update,
                Signal = AlertSignal.Paused,
                Historical = true,
                Action = action,
                PausedUntilNs = Alerts.EpochNs + 60_000_000_000,
                DecidedReceivedNs = action.TimeNs,
            };
            string json = Write(alert, Alerts.Context);
            AlertReading? read = AlertReading.TryParse(Encoding.UTF8.GetBytes(json));
            Assert.NotNull(read);
            Assert.Equal((action, alert.PausedUntilNs, true, false), (read.Action, read.PausedUntilNs, read.Historical, read.IsOver));
            Assert.Equal(action.TimeNs, AlertDocument.EventNs(alert));
            Assert.Contains("\"lagMs\":0", json, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void TryParse_Retraction_SaysWhy()
    {
        AlertTransition alert = Alerts.Asystole with
        {
            Phase = AlertPhase.Retract,
            Signal = AlertSignal.Off,
            ConditionPresent = false,
            Retraction = "a beat was found late within the silence",
        };
        AlertReading? read = AlertReading.TryParse(Encoding.UTF8.GetBytes(Write(alert, Alerts.Context)));
        Assert.NotNull(read);
        Assert.Equal((AlertPhase.Retract, alert.Retraction, true), (read.Phase, read.Retraction, read.IsOver));
        Assert.Null(read.Action);
    }

    [Theory]
    [InlineData("\"action\":1")]
    [InlineData("\"action\":{}")]
    [InlineData("\"action\":{\"kind\":\"shout\",\"time\":\"2026-01-02T03:04:05Z\"}")]
    [InlineData("\"action\":{\"kind\":\"pause\"}")]
    [InlineData("\"pausedUntil\":\"soon\"")]
    public void TryParse_BadAction_IsNull(string field)
    {
        string json = Write(Alerts.Asystole, Alerts.Context);
        Assert.Null(AlertReading.TryParse(Encoding.UTF8.GetBytes($"{{{field},{json[1..]}")));
    }

    [Fact]
    public void Write_Acknowledged_IsTheExampleOfTheDocument()
    {
        AlertTransition alert = Alerts.Asystole with
        {
            Action = new TransitionAction(TransitionActionKind.Acknowledge, "nurse 7", "seen", Alerts.EpochNs + 40_000_000_000),
            DecidedReceivedNs = Alerts.EpochNs + 40_000_000_000,
        };
        string json = Write(alert, Alerts.Context);
        string action = json[json.IndexOf("\"action\"", StringComparison.Ordinal)..(json.IndexOf("\"evidence\"", StringComparison.Ordinal) - 1)];
        Assert.Contains(Compact(action), Compact(RepositoryFiles.Protocol), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"condition":{},"evidence":{}}""")]
    public void TryParse_NoAlert_IsNull(string json) => Assert.Null(AlertReading.TryParse(Encoding.UTF8.GetBytes(json)));

    private static string Write(AlertTransition alert, AlertContext context)
    {
        ArrayBufferWriter<byte> output = new();
        AlertDocument.Write(alert, context, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static string Compact(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
}
