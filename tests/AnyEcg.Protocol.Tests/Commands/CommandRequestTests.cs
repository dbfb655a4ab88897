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
    [InlineData("""{"command":"discharge"}""", CommandRejection.UnknownCommand)]
    [InlineData("""{"command":"strip","seconds":5}""", CommandRejection.UnknownField)]
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

    private static CommandRequest Parse(string json)
    {
        Assert.Equal(CommandRejection.None, CommandRequest.TryParse(Encoding.UTF8.GetBytes(json), out CommandRequest? request, new StreamKey("g", "p")));
        return request!;
    }
}
