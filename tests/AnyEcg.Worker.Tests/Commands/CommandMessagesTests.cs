using AnyEcg.Alerts;
using AnyEcg.Engine;
using AnyEcg.Mqtt;
using AnyEcg.Mqtt.Tests;
using AnyEcg.Protocol;
using AnyEcg.Signal;

namespace AnyEcg.Worker.Tests;

/// <summary>Requests over MQTT, up to the engine's door.</summary>
public sealed class CommandMessagesTests
{
    private const string Acknowledge = """{"command":"acknowledge","alertId":"6f1c2d3e-0000-5000-8000-00000000000a","operator":"nurse 7","reason":"seen"}""";

    private readonly IngestRig rig = new();

    public CommandMessagesTests() => rig.Describe();

    [Fact]
    public void Action_OfAKnownStream_IsAnInputWithItsOperatorAndSource()
    {
        Assert.Equal(MqttReasonCode.Success, rig.Ask(Acknowledge));
        EngineInput input = Assert.Single(rig.Engine.Inputs, i => i.Kind == EngineInputKind.Command);
        Assert.Equal(("ward", "bed-1"), (input.Key.Group, input.Key.Stream));
        Assert.Equal(new AlertAction("nurse 7", "seen", rig.Clock.NowNs()), input.Command!.Action);
        Assert.Equal((StreamCommandKind.Acknowledge, CommandSource.Mqtt), (input.Command.Kind, input.Command.Source));
    }

    [Fact]
    public void Action_NotYetDurable_IsNotAcknowledged()
    {
        rig.Engine.Acks = null;
        Assert.Null(rig.Ask(Acknowledge));
    }

    [Fact]
    public void Pause_ToldWhen_EndsThatManySecondsLaterHoweverOftenItComes()
    {
        for (int i = 0; i < 2; i++)
        {
            rig.Ask("""{"command":"pause","seconds":60,"operator":"n","time":"2026-01-02T03:04:05Z"}""");
            rig.Clock.Advance(3);
        }

        Assert.Equal(["2026-01-02T03:05:05.000Z"], rig.Engine.Inputs.Where(i => i.Command is not null).Select(i => IsoTime.Format(i.Command!.UntilNs)).Distinct());
    }

    [Theory]
    [InlineData("{", "bad-json")]
    [InlineData("{}", "unknown-command")]
    [InlineData("""{"command":"pause","seconds":1,"operator":"n","colour":"red"}""", "unknown-field")]
    [InlineData("""{"command":"acknowledge","operator":"n"}""", "missing-field")]
    [InlineData("""{"command":"pause","seconds":-1,"operator":"n"}""", "bad-field")]
    [InlineData("""{"command":"alerts","stream":"other"}""", "stream-mismatch")]
    public async Task Payload_ThatCannotBeRead_IsAnsweredWithItsReason(string json, string reason)
    {
        Assert.Equal(MqttReasonCode.PayloadFormatInvalid, rig.Ask(json));
        CommandAnswer answer = await AnswerAsync();
        Assert.Equal((CommandOutcome.Refused, reason), (answer.Outcome, answer.Reason));
        Assert.DoesNotContain(rig.Engine.Inputs, i => i.Kind == EngineInputKind.Command);
        Assert.Equal(1, rig.Rejected("command", reason));
    }

    [Fact]
    public async Task Request_ThatTheBrokerKept_IsRefused()
    {
        Assert.Equal(MqttReasonCode.PayloadFormatInvalid, rig.Ask(Acknowledge, retain: true));
        Assert.Equal("retained", (await AnswerAsync()).Reason);
        Assert.DoesNotContain(rig.Engine.Inputs, i => i.Kind == EngineInputKind.Command);
    }

    [Fact]
    public async Task Stream_ThatIsNotKnown_IsAnsweredSoAndNeverReachesTheJournal()
    {
        rig.Ask(Acknowledge, topic: "anyecg/v1/ward/bed-2/cmd");
        Assert.Equal("unknown-stream", (await AnswerAsync()).Reason);
        Assert.DoesNotContain(rig.Engine.Inputs, i => i.Kind == EngineInputKind.Command);
        Assert.Equal(1, rig.Directory.Count);
    }

    [Fact]
    public void Stream_OfWhichOnlyAnAlertIsLeft_CanBeActedOn()
    {
        rig.Board.Take(Transitions.Alert(stream: "bed-2"));
        Assert.Equal(MqttReasonCode.Success, rig.Ask(Acknowledge, topic: "anyecg/v1/ward/bed-2/cmd"));
        Assert.Single(rig.Engine.Inputs, i => i.Kind == EngineInputKind.Command);
    }

    [Fact]
    public async Task Queue_ThatIsFull_IsAnsweredBusy()
    {
        rig.Engine.Full = true;
        Assert.Equal(MqttReasonCode.QuotaExceeded, rig.Ask(Acknowledge));
        Assert.Equal("busy", (await AnswerAsync()).Reason);
    }

    [Fact]
    public void Request_WithoutAnAddress_IsCarriedOutAllTheSame()
    {
        Assert.Equal(MqttReasonCode.Success, rig.Ask(Acknowledge, responseTopic: null));
        Assert.Single(rig.Engine.Inputs, i => i.Kind == EngineInputKind.Command);
        Assert.Empty(rig.Connection.Published);
    }

    [Theory]
    [InlineData("anyecg/v1/ward/bed-1/alert")]
    [InlineData("ecg/v1/ward/bed-1/frame")]
    [InlineData("anyecg/v1/_answer/")]
    [InlineData("anyecg/v1/_answer/+")]
    [InlineData("anyecg/v1/_worker/worker-1/status")]
    [InlineData("home/door/set")]
    [InlineData("")]
    public void Request_ToBeAnsweredElsewhere_IsRefusedAndNothingIsPublished(string responseTopic)
    {
        Assert.Equal(MqttReasonCode.PayloadFormatInvalid, rig.Ask(Acknowledge, responseTopic));
        Assert.Equal(1, rig.Rejected("command", "bad-response-topic"));
        Assert.DoesNotContain(rig.Engine.Inputs, i => i.Kind == EngineInputKind.Command);
        Assert.Empty(rig.Connection.Published);
    }

    [Fact]
    public void Requests_Flooding_AreRefusedByTheRateOfTheStream()
    {
        for (int i = 0; i < 200; i++)
        {
            rig.Ask(Acknowledge);
        }

        Assert.InRange(rig.Engine.Inputs.Count(i => i.Kind == EngineInputKind.Command), 100, 121);
        Assert.InRange(rig.Rejected("command", "stream-note-rate"), 79, 100);
    }

    [Fact]
    public async Task Answer_OfWhatTheEngineSays_GoesToTheRequester()
    {
        rig.Ask(Acknowledge);
        CommandTicket ticket = (CommandTicket)rig.Engine.Inputs[^1].Token!;
        ticket.Answer(new CommandAnswer { Outcome = CommandOutcome.Done, Key = rig.Engine.Inputs[^1].Key, Command = CommandKind.Acknowledge });
        Assert.Equal(CommandOutcome.Done, (await AnswerAsync()).Outcome);
        Assert.Equal([1, 2, 3], rig.Connection.Published[0].CorrelationData.ToArray());
    }

    private async Task<CommandAnswer> AnswerAsync()
    {
        await Budget.UntilAsync(() => rig.Connection.Published.Count > 0);
        MqttMessage message = Assert.Single(rig.Connection.Published);
        Assert.Equal("anyecg/v1/_answer/test", message.Topic);
        return CommandAnswer.TryParse(message.Payload)!;
    }
}
