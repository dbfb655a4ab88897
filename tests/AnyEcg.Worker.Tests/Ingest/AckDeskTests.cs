using AnyEcg.Mqtt;

namespace AnyEcg.Worker.Tests;

public sealed class AckDeskTests : IAsyncDisposable
{
    private const int Places = 100 * QueueShare.Behind;

    private readonly QueueShare queue = new(Places);
    private readonly GroupQuota group = new(QuotaSizes.Default, 0);
    private readonly FakeConnection connection = new();
    private readonly AckDesk acks;

    public AckDeskTests()
    {
        acks = new AckDesk(10, queue);
        acks.Attach(connection);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(QueueShare.Behind)]
    public void FrameDurable_EngineKeepsUp_TheEngineAnswers(int queued)
    {
        FrameTicket ticket = Durable(queued);
        Assert.Empty(connection.Acknowledged);
        acks.Acknowledge(ticket.Ack, MqttReasonCode.PayloadFormatInvalid);
        Assert.Equal(MqttReasonCode.PayloadFormatInvalid, Assert.Single(connection.Acknowledged).Value);
    }

    [Theory]
    [InlineData(QueueShare.Behind + 1)]
    [InlineData(Places / 4)]
    public void FrameDurable_EngineIsBehind_IsAcknowledgedOnce(int queued)
    {
        FrameTicket ticket = Durable(queued);
        Assert.Equal(MqttReasonCode.Success, Assert.Single(connection.Acknowledged).Value);
        acks.Acknowledge(ticket.Ack, MqttReasonCode.PayloadFormatInvalid);
        Assert.Single(connection.AckOrder);
    }

    [Fact]
    public void FrameDurable_RoomForWhatTheBrokerStillSends_HoldsItBack()
    {
        Durable((Places / 4) + 1);
        Assert.Empty(connection.Acknowledged);
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private FrameTicket Durable(int queued)
    {
        Assert.True(queue.TryEnter(group, queued));
        FrameTicket ticket = acks.Rent();
        ticket.Ack = new MqttAckToken(1, 7);
        acks.FrameDurable(ticket);
        return ticket;
    }
}
