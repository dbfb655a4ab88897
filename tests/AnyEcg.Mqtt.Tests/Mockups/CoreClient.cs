namespace AnyEcg.Mqtt.Tests;

/// <summary>
/// A client without a network: what it sends is handed to the broker's link by the test's own thread, so that thousands of steps
/// take no time and no chance.
/// </summary>
internal sealed class CoreClient(BrokerCore core, BrokerContext context, string clientId)
{
    private readonly List<(ushort Id, MqttQos Qos)> owed = [];
    private BrokerLink? link;
    private ushort lastId;

    public void Connect(uint sessionExpiry, bool cleanStart, ushort receiveMaximum, uint maximumPacketSize)
    {
        Break();
        link = new BrokerLink(new PacketLink(Stream.Null, 1 << 20, 500, context.Time, 4096), core, context);
        core.Add(link);
        Send(new ConnectPacket
        {
            ClientId = clientId,
            SessionExpiry = sessionExpiry,
            CleanStart = cleanStart,
            ReceiveMaximum = receiveMaximum,
            MaximumPacketSize = maximumPacketSize,
            Will = Clients.Text("a", "will", MqttQos.ExactlyOnce),
        });
    }

    /// <summary>The connection is lost, and what was owed on it.</summary>
    public void Break()
    {
        if (link is null)
            return;
        link.Abort("a cut cable");
        core.Remove(link);
        link = null;
        owed.Clear();
    }

    public void Subscribe(string filter, MqttQos qos) => Send(new SubscribePacket(1, [new MqttSubscription(filter, qos)]));

    public void Unsubscribe(string filter) => Send(new UnsubscribePacket(1, [filter]));

    /// <summary>A whole publish, to its PUBREL.</summary>
    public void Publish(MqttMessage message)
    {
        lastId = (ushort)((lastId % 1000) + 1);
        Send(new OutgoingPublish(message, lastId, false));
        if (message.Qos == MqttQos.ExactlyOnce)
            Send(new AckPacket(PacketType.Pubrel, lastId));
    }

    /// <summary>Reads all that came, and answers the first half of what it owes.</summary>
    public void ReadAndAnswer()
    {
        if (link is null)
            return;
        Read();
        foreach ((ushort id, MqttQos qos) in owed.Take((owed.Count + 1) / 2).ToArray())
        {
            owed.RemoveAt(0);
            Send(new AckPacket(qos == MqttQos.AtLeastOnce ? PacketType.Puback : PacketType.Pubrec, id));
            if (qos == MqttQos.ExactlyOnce)
                Send(new AckPacket(PacketType.Pubcomp, id));
        }
    }

    private void Read()
    {
        ReadOnlySpan<byte> bytes = Drain();
        while (FrameReader.TryRead(ref bytes, uint.MaxValue, out byte header, out ReadOnlySpan<byte> body))
        {
            if ((PacketType)(header >> 4) != PacketType.Publish)
                continue;
            PublishPacket publish = PublishPacket.Parse(header, body, MqttVersion.V5);
            if (publish.Qos != MqttQos.AtMostOnce)
                owed.Add((publish.PacketId, publish.Qos));
        }
    }

    private byte[] Drain()
    {
        if (link!.Outbound.WaitingBytes == 0)
            return [];
        Task<ReadOnlyMemory<byte>> taken = link.Outbound.TakeAsync().AsTask();
        Assert.True(taken.IsCompletedSuccessfully);
        return taken.GetAwaiter().GetResult().ToArray();
    }

    private void Send<TPacket>(TPacket packet)
        where TPacket : IOutgoingPacket
    {
        if (link is not null)
            link.OnPacket(Generators.Encode(packet)[0], Generators.Body(Generators.Encode(packet), out _));
    }
}
