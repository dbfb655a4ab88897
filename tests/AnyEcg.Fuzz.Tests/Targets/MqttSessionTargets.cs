using AnyEcg.Mqtt;

namespace AnyEcg.Fuzz.Tests;

/// <summary>
/// Whole conversations: the client after its CONNECT, the embedded broker from the first packet on, without a network between.
/// What the peer says in the wrong order, twice, or about things that never were must end the connection or be borne.
/// </summary>
internal static class MqttSessionTargets
{
    private const int MaximumPacketSize = 32 * 1024, OutboundLimit = 64 * 1024;

    public static IEnumerable<FuzzTarget> All() =>
    [
        Conversation("mqtt5-client", bytes => Listen(bytes, MqttVersion.V5)),
        Conversation("mqtt311-client", bytes => Listen(bytes, MqttVersion.V311)),
        Conversation("mqtt-broker", Serve),
    ];

    private static FuzzTarget Conversation(string name, Func<byte[], bool> feed) => new()
    {
        Name = name,
        Mutator = new MixedMutator(new PacketMutator(), new ByteMutator()),
        Feed = feed,
        AllocationBase = 512 * 1024,
        AllocationPerByte = 256,
    };

    private static bool Listen(byte[] bytes, MqttVersion version)
    {
        AcknowledgingReceiver receiver = new();
        MqttClientOptions options = new() { ClientId = "fuzz", ReceiveMaximum = 16, TopicAliasMaximum = 8, TopicCacheSize = 64, MaxPendingPublishes = 64, MaxInFlight = 16 };
        ClientSession session = new(options, receiver, new MqttCounters());
        PacketLink packets = Link();
        using ClientLink link = new(packets, session, 1, session.MakeConnect(version, true), TimeProvider.System, (_, _) => { });
        receiver.Acknowledge = token => Acknowledge(session, link, token);
        _ = session.Publishes.PublishAsync(new MqttMessage { Topic = "a", Qos = MqttQos.AtLeastOnce }, CancellationToken.None);
        _ = session.Publishes.PublishAsync(new MqttMessage { Topic = "b", Qos = MqttQos.ExactlyOnce }, CancellationToken.None);
        return Deliver(bytes, packets, link);
    }

    private static bool Serve(byte[] bytes)
    {
        EmbeddedBrokerOptions options = new() { ReceiveMaximum = 16, MaxInFlightPerClient = 16, MaxQueuedPerClient = 16, OutboundLimitPerClient = OutboundLimit };
        BrokerContext context = new(options, TimeProvider.System);
        BrokerCore core = new(context);
        PacketLink packets = Link();
        BrokerLink link = new(packets, core, context);
        core.Add(link);
        bool taken = Deliver(bytes, packets, link);
        core.Remove(link);
        return taken;
    }

    /// <summary>As the connection does for its application.</summary>
    private static void Acknowledge(ClientSession session, ClientLink link, MqttAckToken token)
    {
        if (!token.IsExactlyOnce)
            link.TryAcknowledge(token, MqttReasonCode.Success);
        else if (session.Unreleased.TryAnswer(token.Sequence, MqttReasonCode.Success))
            link.OnExactlyOnceAnswered();
    }

    private static PacketLink Link() => new(Stream.Null, MaximumPacketSize, OutboundLimit, TimeProvider.System, 4096);

    private static bool Deliver(byte[] bytes, PacketLink packets, IPacketSink sink)
    {
        try
        {
            ReadOnlySpan<byte> rest = bytes;
            while (!packets.IsEnding && FrameReader.TryRead(ref rest, MaximumPacketSize, out byte header, out ReadOnlySpan<byte> body))
                sink.OnPacket(header, body);
            return true;
        }
        catch (MqttProtocolException e)
        {
            sink.OnProtocolError(e.ReasonCode);
            return false;
        }
    }

    /// <summary>Acknowledges every message but each third, as a slow application would.</summary>
    private sealed class AcknowledgingReceiver : IMqttReceiver
    {
        private int messages;

        public Action<MqttAckToken>? Acknowledge { get; set; }

        public void OnMessage(in MqttInbound message)
        {
            if (message.Ack.IsRequired && ++messages % 3 != 0)
                Acknowledge!(message.Ack);
        }
    }
}
