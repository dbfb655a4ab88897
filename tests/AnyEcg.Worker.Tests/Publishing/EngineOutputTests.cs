using AnyEcg.Engine;
using AnyEcg.Mqtt;
using AnyEcg.Signal;

namespace AnyEcg.Worker.Tests;

public sealed class EngineOutputTests : IDisposable
{
    private readonly FakeConnection connection = new();
    private readonly AckDesk acks = new(10, new QueueShare(10));
    private readonly Outbox outbox = new(10);
    private readonly StreamBoard board = new(10);
    private readonly EngineOutput output;

    public EngineOutputTests()
    {
        acks.Attach(connection);
        output = new EngineOutput(outbox, board, acks, new EngineDoor(acks), new AlertContexts("model-1"), new StoreHost(TimeProvider.System));
    }

    [Theory]
    [InlineData(FrameOutcome.Accepted, MqttReasonCode.Success)]
    [InlineData(FrameOutcome.Held, MqttReasonCode.Success)]
    [InlineData(FrameOutcome.Duplicate, MqttReasonCode.Success)]
    [InlineData(FrameOutcome.Late, MqttReasonCode.Success)]
    [InlineData(FrameOutcome.Conflict, MqttReasonCode.ImplementationSpecificError)]
    [InlineData(FrameOutcome.Rejected, MqttReasonCode.PayloadFormatInvalid)]
    public void FrameDone_AcknowledgesByTheOutcome(FrameOutcome outcome, MqttReasonCode reason)
    {
        FrameTicket ticket = acks.Rent();
        ticket.Ack = new MqttAckToken(1, 7);
        output.FrameDone(EngineInput.OfFrame(new StreamKey("ward", "bed-1"), ticket.Frame, ticket), outcome);
        Assert.Equal(reason, connection.Acknowledged[new MqttAckToken(1, 7)]);
    }

    [Fact]
    public void FrameDone_ReturnsTheTicketForReuse()
    {
        FrameTicket ticket = acks.Rent();
        output.FrameDone(EngineInput.OfFrame(new StreamKey("ward", "bed-1"), ticket.Frame, ticket), FrameOutcome.Accepted);
        Assert.Same(ticket, acks.Rent());
        Assert.NotSame(ticket, acks.Rent());
    }

    [Fact]
    public void AlertAndRhythm_GoToOutboxAndBoard()
    {
        output.Alert(Transitions.Alert());
        output.Rhythm(Transitions.Rhythm());

        Assert.Equal(2, outbox.Pending);
        BoardEntry entry = Assert.Single(board.Entries).Value;
        Assert.Single(entry.Open());
        Assert.NotNull(entry.Rhythm);
    }

    public void Dispose() => outbox.Dispose();
}
