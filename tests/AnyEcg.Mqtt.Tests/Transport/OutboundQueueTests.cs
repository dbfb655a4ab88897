namespace AnyEcg.Mqtt.Tests;

public sealed class OutboundQueueTests
{
    /// <summary>Whoever sends at the same time: a DISCONNECT stays the last packet (MQTT 5.0, section 3.14.4).</summary>
    [Fact]
    public async Task SendLast_OthersSendMeanwhile_NothingFollows()
    {
        for (int round = 0; round < 200; round++)
        {
            OutboundQueue queue = new(1 << 20);
            Task others = Task.Run(() =>
            {
                while (queue.Send(new PingPacket(PacketType.Pingresp)) == SendResult.Sent && queue.WaitingBytes < 100_000)
                {
                }
            });
            queue.SendLast(new DisconnectPacket(MqttReasonCode.ServerShuttingDown));
            await others;
            ReadOnlyMemory<byte> bytes = await queue.TakeAsync();
            Assert.Equal([0xE0, 0x02, 0x8B, 0x00], bytes.ToArray()[^4..]);
            Assert.True((await queue.TakeAsync()).IsEmpty);
        }
    }

    [Fact]
    public void SendLast_TooLarge_LeavesTheQueueOpen()
    {
        OutboundQueue queue = new(1 << 20) { PeerMaximumPacketSize = 5 };
        Assert.Equal(SendResult.TooLarge, queue.SendLast(new DisconnectPacket(MqttReasonCode.ServerBusy, ReasonString: "too long")));
        Assert.Equal(SendResult.Sent, queue.SendLast(new DisconnectPacket(MqttReasonCode.ServerBusy)));
        Assert.Equal(SendResult.Closed, queue.Send(new PingPacket(PacketType.Pingresp)));
    }

    [Fact]
    public async Task CheckOverrun_OwnMessages_DoNotCountAsAnswers()
    {
        OutboundQueue queue = new(1000);
        queue.Send(new OutgoingPublish(new MqttMessage { Topic = "t", Payload = new byte[1 << 20], Qos = MqttQos.AtLeastOnce }, 1, false));
        queue.CheckOverrun();
        for (int i = 0; i < 4000; i++)
            queue.SendAnswer(new AckPacket(PacketType.Pubrec, 1));
        Assert.Equal(MqttReasonCode.QuotaExceeded, Assert.Throws<MqttProtocolException>(queue.CheckOverrun).ReasonCode);
        await queue.TakeAsync();
        queue.CheckOverrun();
    }
}
