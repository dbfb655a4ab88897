using FsCheck.Fluent;

namespace AnyEcg.Mqtt.Tests;

public sealed class AckOrderTests
{
    [Fact]
    public void Acknowledge_AnyOrder_SendsInOrderOfReceipt() => Generators.Check(
        from count in Gen.Choose(1, 40)
        from ids in Gen.Shuffle(Enumerable.Range(1, count).Select(i => (ushort)(i * 31)).ToArray())
        from order in Gen.Shuffle(Enumerable.Range(0, count).ToArray())
        select (Ids: ids, Order: order),
        async t =>
        {
            OutboundQueue outbound = new(1 << 20);
            MqttCounters counters = new();
            AckOrder acks = new(1, 40, outbound, new UnreleasedMessages(), counters);
            MqttAckToken[] tokens = [.. t.Ids.Select(acks.Add)];
            HashSet<int> done = [];
            foreach (int index in t.Order)
            {
                Assert.True(acks.TryAcknowledge(tokens[index], MqttReasonCode.Success));
                Assert.False(acks.TryAcknowledge(tokens[index], MqttReasonCode.Success));
                done.Add(index);
                int due = Enumerable.Range(0, t.Ids.Length).TakeWhile(done.Contains).Count();
                Assert.Equal(due, counters.AcksSent);
            }

            Assert.Equal(t.Ids, await SentIdsAsync(outbound));
        },
        200);

    [Fact]
    public async Task Add_BeyondTheReceiveMaximum_IsCountedAndKeepsTheOrder()
    {
        OutboundQueue outbound = new(1 << 20);
        MqttCounters counters = new();
        AckOrder acks = new(1, 3, outbound, new UnreleasedMessages(), counters);
        acks.TryAcknowledge(acks.Add(1), MqttReasonCode.Success);
        acks.TryAcknowledge(acks.Add(2), MqttReasonCode.Success);
        MqttAckToken[] tokens = [.. Enumerable.Range(3, 10).Select(id => acks.Add((ushort)id))];
        Assert.Equal(7, counters.ReceiveMaximumExceeded);
        foreach (MqttAckToken token in tokens.Reverse())
            Assert.True(acks.TryAcknowledge(token, MqttReasonCode.Success));
        Assert.Equal(Enumerable.Range(1, 12).Select(id => (ushort)id), await SentIdsAsync(outbound));
    }

    [Fact]
    public void Add_MoreThanThereArePacketIds_IsAProtocolError()
    {
        AckOrder acks = new(1, 2, new OutboundQueue(1000), new UnreleasedMessages(), new MqttCounters());
        for (int id = 1; id <= ushort.MaxValue; id++)
            acks.Add((ushort)id);
        MqttProtocolException e = Assert.Throws<MqttProtocolException>(() => acks.Add(1));
        Assert.Equal(MqttReasonCode.ReceiveMaximumExceeded, e.ReasonCode);
    }

    [Fact]
    public void AddExactlyOnce_SentAgainAfterAReconnect_DoesNotCountTwiceTowardsTheReceiveMaximum()
    {
        UnreleasedMessages unreleased = new();
        MqttCounters counters = new();
        OutboundQueue outbound = new(1000);
        unreleased.TryAdd(1, out long sequence);
        new AckOrder(1, 1, outbound, unreleased, counters).AddExactlyOnce(1, sequence);
        unreleased.TryAnswer(sequence, MqttReasonCode.Success);
        unreleased.BeginConnection();
        AckOrder second = new(2, 1, outbound, unreleased, counters);
        second.AddExactlyOnce(1, sequence);
        Assert.Equal(0, counters.ReceiveMaximumExceeded);
        unreleased.BeginConnection();
        AckOrder third = new(3, 1, outbound, unreleased, counters);
        third.AddExactlyOnce(1, sequence);
        Assert.Equal(0, counters.ReceiveMaximumExceeded);
        third.Add(2);
        Assert.Equal(1, counters.ReceiveMaximumExceeded);
        Assert.True(unreleased.TryRelease(1));
        Assert.Equal(0, unreleased.AwaitingRelease);
    }

    [Fact]
    public void Acknowledge_TokenOfAnotherConnection_IsIgnored()
    {
        AckOrder acks = new(2, 5, new OutboundQueue(1000), new UnreleasedMessages(), new MqttCounters());
        MqttAckToken token = acks.Add(1);
        Assert.False(acks.TryAcknowledge(token with { Connection = 1 }, MqttReasonCode.Success));
        Assert.False(acks.TryAcknowledge(token with { Sequence = 1 }, MqttReasonCode.Success));
        Assert.True(acks.TryAcknowledge(token, MqttReasonCode.Success));
    }

    [Fact]
    public async Task Acknowledge_WithAReason_SendsIt()
    {
        OutboundQueue outbound = new(1000);
        AckOrder acks = new(1, 5, outbound, new UnreleasedMessages(), new MqttCounters());
        acks.TryAcknowledge(acks.Add(258), MqttReasonCode.PayloadFormatInvalid);
        outbound.Close();
        Assert.Equal("4003010299", Convert.ToHexString((await outbound.TakeAsync()).Span));
    }

    /// <summary>Whoever sees nothing outstanding and then looks into the queue must find the last answer there: it is counted until it is in.</summary>
    [Fact]
    public async Task Outstanding_AnswerNotYetInTheQueue_CountsIt()
    {
        OutboundQueue outbound = new(1000);
        AckOrder acks = new(1, 5, outbound, new UnreleasedMessages(), new MqttCounters());
        MqttAckToken token = acks.Add(1);
        using SlowPacket packet = new();
        Task holding = Task.Run(() => outbound.Send(packet));
        await packet.Entered.WaitAsync(Budget.Limit);
        Thread acknowledging = new(() => acks.TryAcknowledge(token, MqttReasonCode.Success)) { IsBackground = true };
        acknowledging.Start();
        await Budget.UntilAsync(() => acknowledging.ThreadState.HasFlag(System.Threading.ThreadState.WaitSleepJoin));
        Assert.Equal(1, acks.Outstanding);
        packet.Release();
        await holding.WaitAsync(Budget.Limit);
        await Budget.UntilAsync(() => acks.Outstanding == 0);
        Assert.Equal([1], await SentIdsAsync(outbound));
    }

    private static async Task<List<ushort>> SentIdsAsync(OutboundQueue outbound)
    {
        outbound.Close();
        ReadOnlySpan<byte> rest = (await outbound.TakeAsync()).Span;
        List<ushort> ids = [];
        while (FrameReader.TryRead(ref rest, 1000, out _, out ReadOnlySpan<byte> body))
            ids.Add(AckPacket.Parse(PacketType.Puback, body, MqttVersion.V5).PacketId);
        return ids;
    }

    /// <summary>Writes nothing, and keeps the queue locked until released.</summary>
    private sealed class SlowPacket : IOutgoingPacket, IDisposable
    {
        private readonly TaskCompletionSource entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim released = new();

        public Task Entered => entered.Task;

        public void Release() => released.Set();

        public void WriteTo(PacketWriter writer)
        {
            entered.SetResult();
            Assert.True(released.Wait(Budget.Limit));
        }

        public void Dispose() => released.Dispose();
    }
}
