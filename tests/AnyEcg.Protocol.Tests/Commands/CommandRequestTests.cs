using System.Text;
using AnyEcg.Alerts;
using AnyEcg.Signal;

namespace AnyEcg.Protocol.Tests;

public sealed class CommandRequestTests
{
    private const string Id = "6f1c2d3e-0000-5000-8000-00000000000a";
    private const string Acknowledge = $$"""{"command":"acknowledge","alertId":"{{Id}}","operator":"nurse 7","reason":"seen","time":"2026-01-02T03:04:05Z"}""";

    [Fact]
    public void TryParse_Acknowledge_GivesWhoWhatAndWhen()
    {
        CommandRequest request = Parse(Acknowledge);
        Assert.Equal((CommandKind.Acknowledge, Guid.Parse(Id), "nurse 7", "seen"), (request.Kind, request.AlertId!.Value, request.Operator, request.Reason));
        Assert.Equal("2026-01-02T03:04:05.000Z", IsoTime.Format(request.TimeNs!.Value));
    }

    [Fact]
    public void TryParse_Pause_IsForOneKindOrAll()
    {
        CommandRequest one = Parse("""{"command":"pause","seconds":120,"kind":"asystole","operator":"n"}""");
        Assert.Equal((120, AlertKind.Asystole), (one.Seconds!.Value, one.Alert!.Value));
        Assert.Null(Parse("""{"command":"pause","seconds":1,"operator":"n"}""").Alert);
    }

    [Fact]
    public void TryParse_Strip_IsOfAnAlertOrARange()
    {
        Assert.NotNull(Parse($$"""{"command":"strip","alertId":"{{Id}}","group":"g","stream":"p"}""").AlertId);
        CommandRequest range = Parse("""{"command":"strip","epoch":4,"from":3000,"to":6000}""");
        Assert.Equal((4u, 3000L, 6000L), (range.Epoch!.Value, range.From!.Value, range.To!.Value));
    }

    [Theory]
    [InlineData("[]", CommandRejection.BadJson)]
    [InlineData("""{"command":"acknowledge","command":"pause"}""", CommandRejection.BadJson)]
    [InlineData("""{"stream":"other","command":"strip"}""", CommandRejection.StreamMismatch)]
    [InlineData("""{"stream":1,"command":"strip"}""", CommandRejection.BadField)]
    [InlineData("{}", CommandRejection.UnknownCommand)]
    [InlineData("""{"command":"dance"}""", CommandRejection.UnknownCommand)]
    [InlineData("""{"command":"discharge"}""", CommandRejection.MissingField)]
    [InlineData("""{"command":"discharge","operator":"n","erase":1}""", CommandRejection.BadField)]
    [InlineData("""{"command":"admit","operator":"n","erase":true}""", CommandRejection.UnknownField)]
    [InlineData("""{"command":"resume","seconds":5,"operator":"n"}""", CommandRejection.UnknownField)]
    [InlineData("""{"command":"alerts","operator":"n"}""", CommandRejection.UnknownField)]
    [InlineData("""{"command":"limits","operator":"n"}""", CommandRejection.MissingField)]
    [InlineData("""{"command":"limits","limits":{}}""", CommandRejection.MissingField)]
    [InlineData("""{"command":"limits","operator":"n","limits":[]}""", CommandRejection.BadField)]
    [InlineData("""{"command":"limits","operator":"n","limits":{"headache":{}}}""", CommandRejection.BadField)]
    [InlineData("""{"command":"limits","operator":"n","limits":{"asystole":null}}""", CommandRejection.BadField)]
    [InlineData("""{"command":"limits","operator":"n","limits":{"asystole":{"Limit":4}}}""", CommandRejection.BadField)]
    [InlineData("""{"command":"limits","operator":"n","limits":{"asystole":{"limit":"4"}}}""", CommandRejection.BadField)]
    [InlineData("""{"command":"limits","operator":"n","limits":{"asystole":{"limit":1e999}}}""", CommandRejection.BadField)]
    [InlineData("""{"command":"limits","operator":"n","limits":{"asystole":{"over":4.5}}}""", CommandRejection.BadField)]
    [InlineData("""{"command":"limits","operator":"n","limits":{"asystole":{"latching":1}}}""", CommandRejection.BadField)]
    [InlineData("""{"command":"limits","operator":"n","limits":{"asystole":{"priority":"urgent"}}}""", CommandRejection.BadField)]
    [InlineData("""{"command":"strip","alertId":"6f1c2d3e-0000-5000-8000-00000000000a","seconds":601}""", CommandRejection.BadField)]
    [InlineData("""{"command":"strip","epoch":1,"from":3,"to":4,"seconds":5}""", CommandRejection.BadField)]
    [InlineData("""{"command":"strip","seconds":5}""", CommandRejection.MissingField)]
    [InlineData("""{"command":"strip","kind":"asystole"}""", CommandRejection.UnknownField)]
    [InlineData("""{"command":"strip"}""", CommandRejection.MissingField)]
    [InlineData("""{"command":"strip","epoch":1,"from":3}""", CommandRejection.MissingField)]
    [InlineData("""{"command":"strip","epoch":1,"from":3,"to":3}""", CommandRejection.BadField)]
    [InlineData("""{"command":"strip","epoch":1,"from":3,"to":180004}""", CommandRejection.BadField)]
    [InlineData("""{"command":"strip","epoch":-1,"from":3,"to":4}""", CommandRejection.BadField)]
    [InlineData("""{"command":"strip","alertId":"6f1c2d3e-0000-5000-8000-00000000000a","epoch":1}""", CommandRejection.BadField)]
    [InlineData("""{"command":"acknowledge","operator":"n"}""", CommandRejection.MissingField)]
    [InlineData("""{"command":"acknowledge","alertId":"6f1c2d3e-0000-5000-8000-00000000000a"}""", CommandRejection.MissingField)]
    [InlineData("""{"command":"acknowledge","alertId":"x","operator":"n"}""", CommandRejection.BadField)]
    [InlineData("""{"command":"acknowledge","alertId":"6f1c2d3e-0000-5000-8000-00000000000a","operator":""}""", CommandRejection.BadField)]
    [InlineData("""{"command":"acknowledge","alertId":"6f1c2d3e-0000-5000-8000-00000000000a","operator":"a\u0000"}""", CommandRejection.BadField)]
    [InlineData("""{"command":"pause","seconds":0,"operator":"n"}""", CommandRejection.BadField)]
    [InlineData("""{"command":"pause","seconds":86401,"operator":"n"}""", CommandRejection.BadField)]
    [InlineData("""{"command":"pause","seconds":5,"operator":"n","kind":"headache"}""", CommandRejection.BadField)]
    [InlineData("""{"command":"pause","seconds":5,"operator":"n","time":"noon"}""", CommandRejection.BadField)]
    public void TryParse_OneThingWrong_IsRefusedWithItsReason(string json, CommandRejection reason)
    {
        Assert.Equal(reason, CommandRequest.TryParse(Encoding.UTF8.GetBytes(json), out CommandRequest? request, new StreamKey("g", "p")));
        Assert.Null(request);
    }

    [Fact]
    public void TryParse_LongTextsAndDocuments_AreRefused()
    {
        string reason = new('x', 201);
        Assert.Equal(CommandRejection.BadField, CommandRequest.TryParse(Encoding.UTF8.GetBytes(Acknowledge.Replace("seen", reason, StringComparison.Ordinal)), out _));
        Assert.Equal(CommandRejection.TooLarge, CommandRequest.TryParse(new byte[(16 * 1024) + 1], out _));
    }

    [Fact]
    public void TryParse_Limits_AreTheDeviationsAndNullIsNone()
    {
        CommandRequest set = Parse("""{"command":"limits","operator":"n","limits":{"bradycardia":{"limit":35.5,"priority":null,"over":12},"asystole":{"enabled":false}}}""");
        Assert.Equal([AlertKind.Asystole, AlertKind.Bradycardia], set.Limits!.Keys);
        AlertKindOptions brady = set.Limits[AlertKind.Bradycardia];
        Assert.Equal((35.5, null, 12, null), (brady.Limit, brady.Priority, brady.Over, brady.Enabled));
        Assert.False(set.Limits[AlertKind.Asystole].Enabled);
        Assert.Null(Parse("""{"command":"limits","operator":"n","limits":null}""").Limits);
        Assert.Empty(Parse("""{"command":"limits","operator":"n","limits":{}}""").Limits!);
    }

    [Fact]
    public void TryParse_DischargeAdmitResumeAlerts_NeedNoMoreThanWho()
    {
        Assert.False(Parse("""{"command":"discharge","operator":"n"}""").Erase);
        Assert.True(Parse("""{"command":"discharge","operator":"n","erase":true}""").Erase);
        Assert.Equal(CommandKind.Admit, Parse("""{"command":"admit","operator":"n","reason":"new patient"}""").Kind);
        Assert.Equal(AlertKind.Pause, Parse("""{"command":"resume","operator":"n","kind":"pause"}""").Alert);
        Assert.True(Parse("""{"command":"alerts"}""").OnlyReads);
    }

    [Theory]
    [InlineData("{}", CommandRejection.None)]
    [InlineData("""{"command":"acknowledge","operator":"nurse 7","alertId":"6f1c2d3e-0000-5000-8000-00000000000a","stream":"p"}""", CommandRejection.None)]
    [InlineData("""{"command":"pause"}""", CommandRejection.UnknownCommand)]
    [InlineData("""{"operator":"nurse 8"}""", CommandRejection.BadField)]
    [InlineData("""{"alertId":"6f1c2d3e-0000-5000-8000-00000000000b"}""", CommandRejection.BadField)]
    [InlineData("""{"stream":"q"}""", CommandRejection.StreamMismatch)]
    [InlineData("""{"seconds":5}""", CommandRejection.UnknownField)]
    public void TryParse_WhatThePathAndTheTokenSay_NeedNotBeRepeatedButHolds(string json, CommandRejection reason)
    {
        CommandGiven given = new() { Stream = new StreamKey("g", "p"), Kind = CommandKind.Acknowledge, AlertId = Guid.Parse(Id), Operator = "nurse 7" };
        Assert.Equal(reason, CommandRequest.TryParse(Encoding.UTF8.GetBytes(json), given, out CommandRequest? request));
        if (reason == CommandRejection.None)
            Assert.Equal((CommandKind.Acknowledge, Guid.Parse(Id), "nurse 7"), (request!.Kind, request.AlertId!.Value, request.Operator));
    }

    private static CommandRequest Parse(string json)
    {
        Assert.Equal(CommandRejection.None, CommandRequest.TryParse(Encoding.UTF8.GetBytes(json), out CommandRequest? request, new StreamKey("g", "p")));
        return request!;
    }
}
