namespace AnyEcg.Mqtt.Tests;

public sealed class AllocationTests
{
    [Theory]
    [InlineData(MqttVersion.V5, MqttQos.AtLeastOnce, 0)]
    [InlineData(MqttVersion.V5, MqttQos.AtLeastOnce, 50)]
    [InlineData(MqttVersion.V5, MqttQos.ExactlyOnce, 0)]
    [InlineData(MqttVersion.V311, MqttQos.AtLeastOnce, 0)]
    [InlineData(MqttVersion.V311, MqttQos.ExactlyOnce, 0)]
    public async Task Receive_KnownTopics_AllocatesNothing(MqttVersion version, MqttQos qos, ushort aliases)
    {
        CountingReceiver receiver = new();
        MqttClientOptions options = new() { ClientId = "c", ReceiveMaximum = 10, TopicAliasMaximum = aliases };
        ClientSession session = new(options, receiver, new MqttCounters());
        PacketLink link = new(Stream.Null, 1 << 20, 1 << 20, TimeProvider.System, 65_536);
        using ClientLink client = new(link, session, 1, session.MakeConnect(version, false), TimeProvider.System, (_, _) => { });
        (receiver.Client, receiver.Session) = (client, session);
        client.OnPacket((byte)PacketType.Connack << 4, Generators.Body(Generators.Encode(new ConnackPacket(), version), out _));
        byte[] stream = [.. Enumerable.Range(0, 50).SelectMany(i => Flow(i, version, qos, aliases))];
        // The runtime allocates now and then on its own behalf (tiered compilation): the best of several blocks counts.
        await DeliverAsync(stream, client, link);
        long least = long.MaxValue;
        for (int block = 0; block < 10; block++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int round = 0; round < 10; round++)
                await DeliverAsync(stream, client, link);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
        Assert.Equal(101 * 50, receiver.Count);
        Assert.Equal(101 * 50, session.Counters.AcksSent);
        Assert.Equal(50, session.Counters.TopicsCached);
    }

    /// <summary>A message and, at QoS 2, its release.</summary>
    private static IEnumerable<byte> Flow(int i, MqttVersion version, MqttQos qos, ushort aliases)
    {
        MqttMessage message = new()
        {
            Topic = $"ecg/v1/ward/{i}/frame",
            Payload = new byte[700],
            Qos = qos,
            ContentType = "application/vnd.anyecg.frame",
            ResponseTopic = "answers",
            UserProperties = [new("trace", "7")],
        };
        TopicAlias alias = aliases > 0 ? new TopicAlias((ushort)(i + 1), false) : default;
        byte[] publish = Generators.Encode(new OutgoingPublish(message, 5, false, alias), version);
        byte[] release = Generators.Encode(new AckPacket(PacketType.Pubrel, 5), version);
        return qos == MqttQos.ExactlyOnce ? [.. publish, .. release] : publish;
    }

    private static async Task DeliverAsync(byte[] stream, ClientLink client, PacketLink link)
    {
        Deliver(stream, client);
        await link.Outbound.TakeAsync();
    }

    private static void Deliver(byte[] stream, ClientLink client)
    {
        ReadOnlySpan<byte> rest = stream;
        while (FrameReader.TryRead(ref rest, 1 << 20, out byte header, out ReadOnlySpan<byte> body))
            client.OnPacket(header, body);
    }

    private sealed class CountingReceiver : IMqttReceiver
    {
        public ClientLink? Client { get; set; }

        public ClientSession? Session { get; set; }

        public int Count { get; private set; }

        public void OnMessage(in MqttInbound message)
        {
            Count++;
            message.UserProperties.TryGet("trace"u8, out _);
            if (!message.Ack.IsExactlyOnce)
            {
                Client!.TryAcknowledge(message.Ack, MqttReasonCode.Success);
                return;
            }

            Assert.True(Session!.Unreleased.TryAnswer(message.Ack.Sequence, MqttReasonCode.Success));
            Client!.OnExactlyOnceAnswered();
        }
    }
}
