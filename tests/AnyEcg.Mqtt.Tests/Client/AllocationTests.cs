using System.Buffers;

namespace AnyEcg.Mqtt.Tests;

public sealed class AllocationTests
{
    [Fact]
    public async Task Receive_KnownTopics_AllocatesNothing()
    {
        CountingReceiver receiver = new();
        MqttClientOptions options = new() { ClientId = "c", ReceiveMaximum = 10 };
        ClientSession session = new(options, receiver, new MqttCounters());
        PacketLink link = new(Stream.Null, 1 << 20, 1 << 20, TimeProvider.System, 65_536);
        using ClientLink client = new(link, session, 1, session.MakeConnect(MqttVersion.V5, false), TimeProvider.System, (_, _) => { });
        receiver.Client = client;
        client.OnPacket((byte)PacketType.Connack << 4, Generators.Body(Generators.Encode(new ConnackPacket()), out _));
        byte[] stream = [.. Enumerable.Range(0, 50).SelectMany(i => Generators.Encode(new OutgoingPublish(
            new MqttMessage
            {
                Topic = $"ecg/v1/ward/{i}/frame",
                Payload = new byte[700],
                Qos = MqttQos.AtLeastOnce,
                ContentType = "application/vnd.anyecg.frame",
                ResponseTopic = "answers",
                UserProperties = [new("trace", "7")],
            },
            5,
            false)))];
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

    private static async Task DeliverAsync(byte[] stream, ClientLink client, PacketLink link)
    {
        Deliver(stream, client);
        await link.Outbound.TakeAsync();
    }

    private static void Deliver(byte[] stream, ClientLink client)
    {
        ReadOnlySequence<byte> rest = new(stream);
        while (FrameReader.TryRead(ref rest, 1 << 20, out byte header, out ReadOnlySequence<byte> body))
            client.OnPacket(header, body.FirstSpan);
    }

    private sealed class CountingReceiver : IMqttReceiver
    {
        public ClientLink? Client { get; set; }

        public int Count { get; private set; }

        public void OnMessage(in MqttInbound message)
        {
            Count++;
            message.UserProperties.TryGet("trace"u8, out _);
            Client!.TryAcknowledge(message.Ack, MqttReasonCode.Success);
        }
    }
}
