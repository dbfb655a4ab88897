using System.Buffers;
using System.Text;
using AnyEcg.Signal;

namespace AnyEcg.Protocol.Tests;

public sealed class CommandAnswerTests
{
    private static readonly StreamKey Key = new("ward 7", "p\"1");

    [Fact]
    public void Write_AnyAnswer_ReadsBack()
    {
        foreach (CommandOutcome outcome in Enum.GetValues<CommandOutcome>())
        {
            foreach (CommandKind kind in Enum.GetValues<CommandKind>())
            {
                CommandAnswer answer = new() { Outcome = outcome, Key = Key, Command = kind, Reason = outcome == CommandOutcome.Refused ? "a pause lasts up to a \"day\"" : null };
                Assert.Equal(answer, CommandAnswer.TryParse(Written(answer)));
            }
        }
    }

    [Fact]
    public void Write_StripAndAlerts_StandInItAsTheyAre()
    {
        byte[] document = Encoding.UTF8.GetBytes("""{"a":[1.50,null,{"b":"\u00e9"}]}""");
        CommandAnswer read = CommandAnswer.TryParse(Written(new CommandAnswer { Outcome = CommandOutcome.Done, Key = Key, Strip = document, Alerts = [document, document] }))!;
        Assert.Equal(document, read.Strip!.Value.ToArray());
        Assert.All(read.Alerts, alert => Assert.Equal(document, alert.ToArray()));
        Assert.Equal(2, read.Alerts.Length);
    }

    [Fact]
    public void Write_NoAlertsOpen_IsAnEmptyListAndNotNone()
    {
        Assert.True(CommandAnswer.TryParse(Written(new CommandAnswer { Outcome = CommandOutcome.Done, Key = Key }))!.Alerts.IsDefault);
        Assert.Empty(CommandAnswer.TryParse(Written(new CommandAnswer { Outcome = CommandOutcome.Done, Key = Key, Alerts = [] }))!.Alerts);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"group":"g","stream":"p"}""")]
    [InlineData("""{"outcome":"perhaps","group":"g","stream":"p"}""")]
    [InlineData("""{"outcome":"done","stream":"p"}""")]
    [InlineData("""{"outcome":"done","group":"g","stream":"p","alerts":{}}""")]
    public void TryParse_NoAnswer_IsNull(string json) => Assert.Null(CommandAnswer.TryParse(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Refusals_OfWhatCannotBeReadAndWhatCan_HaveDifferentNames() =>
        Assert.Empty(Enum.GetValues<CommandRejection>().Select(r => r.WireName()).Intersect(Enum.GetValues<CommandRefusal>().Select(r => r.WireName())).Except(["none"]));

    private static ReadOnlyMemory<byte> Written(CommandAnswer answer)
    {
        ArrayBufferWriter<byte> output = new();
        answer.Write(output);
        return output.WrittenMemory;
    }
}
