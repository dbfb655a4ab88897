using System.Globalization;

namespace AnyEcg.Mqtt.Tests;

/// <summary>The invariant of QoS 2: however often both connections break, each message arrives once, and in order.</summary>
public sealed class ExactlyOnceTests
{
    private const int Messages = 40;

    private static readonly ConnectPacket Publisher = new() { ClientId = "p", SessionExpiry = 1000 };
    private static readonly ConnectPacket Subscriber = new() { ClientId = "s", SessionExpiry = 1000, ReceiveMaximum = 5 };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Flow_ConnectionsBreakAnywhere_EachMessageArrivesOnceInOrder(int seed)
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        using (RawPeer peer = await QosTwoTests.SubscribeAsync(broker.Port, Subscriber))
            await peer.SendAsync(new DisconnectPacket(MqttReasonCode.Success));
        await Task.WhenAll(PublishAsync(broker.Port, new Random(seed)), ReceiveAsync(broker.Port, new Random(seed + 100)));
        Assert.Equal(Messages, broker.Counters.MessagesReceived);
        await Budget.UntilAsync(() => broker.PendingOf("s") == 0);
    }

    /// <summary>Sends each message until its PUBREC, then its PUBREL until the PUBCOMP, over as many connections as it takes.</summary>
    private static async Task PublishAsync(int port, Random random)
    {
        RawPeer peer = await RawPeer.LogInAsync(port, Publisher);
        for (int i = 0; i < Messages; i++)
        {
            ushort id = (ushort)(1 + (i % 3));
            bool again = false;
            while (true)
            {
                await peer.SendAsync(new OutgoingPublish(Clients.Text("t", $"{i}", MqttQos.ExactlyOnce), id, again));
                again = true;
                if (random.Next(4) > 0 && (await peer.ExpectAckAsync(PacketType.Pubrec)).PacketId == id)
                    break;
                peer = await ReconnectAsync(peer, port, Publisher);
            }

            while (true)
            {
                await peer.SendAsync(new AckPacket(PacketType.Pubrel, id));
                if (random.Next(4) > 0 && (await peer.ExpectAckAsync(PacketType.Pubcomp)).PacketId == id)
                    break;
                peer = await ReconnectAsync(peer, port, Publisher);
            }
        }

        peer.Dispose();
    }

    /// <summary>Takes messages as a receiver of QoS 2 does: what it has, it knows by its identifier until the PUBREL.</summary>
    private static async Task ReceiveAsync(int port, Random random)
    {
        RawPeer peer = await RawPeer.LogInAsync(port, Subscriber);
        HashSet<ushort> known = [];
        int next = 0;
        while (next < Messages || known.Count > 0)
        {
            if (random.Next(6) == 0)
                peer = await ReconnectAsync(peer, port, Subscriber);
            (byte header, byte[] body) = (await peer.ReadAsync())!.Value;
            if ((PacketType)(header >> 4) == PacketType.Pubrel)
            {
                ushort released = AckPacket.Parse(PacketType.Pubrel, body, MqttVersion.V5).PacketId;
                known.Remove(released);
                await peer.SendAsync(new AckPacket(PacketType.Pubcomp, released));
                continue;
            }

            (ushort id, int number) = Parse(header, body);
            if (known.Add(id))
                Assert.Equal(next++, number);
            await peer.SendAsync(new AckPacket(PacketType.Pubrec, id));
        }

        peer.Dispose();
    }

    private static (ushort Id, int Number) Parse(byte header, byte[] body)
    {
        PublishPacket publish = PublishPacket.Parse(header, body, MqttVersion.V5);
        return (publish.PacketId, int.Parse(Generators.Utf8(publish.Payload), CultureInfo.InvariantCulture));
    }

    private static async Task<RawPeer> ReconnectAsync(RawPeer peer, int port, ConnectPacket connect)
    {
        peer.Dispose();
        return await RawPeer.LogInAsync(port, connect);
    }
}
