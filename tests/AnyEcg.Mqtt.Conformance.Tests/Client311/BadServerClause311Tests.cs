namespace AnyEcg.Mqtt.Conformance.Tests;

/// <summary>MQTT 3.1.1, section 4.8 and the clauses that lead there: the client closes when the server breaks the rules.</summary>
public sealed class BadServerClause311Tests
{
    [Theory, Clause311("1.5.3-1")]
    [On(BrokerKind.Scripted)]
    public async Task MQTT311_1_5_3_1_IllFormedTextEndsTheConnection(BrokerKind broker)
    {
        await AssertEndsAsync(broker, [0x30, 5, 0, 2, 0xC3, 0x28, 1]);
        await AssertEndsAsync(broker, [0x30, 6, 0, 3, 0xED, 0xA0, 0x80, 1]);
    }

    [Theory, Clause311("1.5.3-2")]
    [On(BrokerKind.Scripted)]
    public Task MQTT311_1_5_3_2_NullCharacterEndsTheConnection(BrokerKind broker) =>
        AssertEndsAsync(broker, WireEncoder.Encode(new WirePublish("a\0b", [1]), 4));

    [Theory, Clause311("2.2.2-2")]
    [On(BrokerKind.Scripted)]
    public async Task MQTT311_2_2_2_2_OtherFlagsEndTheConnection(BrokerKind broker)
    {
        foreach (byte header in new byte[] { 0x41, 0x52, 0x60, 0x71, 0xB2 })
            await AssertEndsAsync(broker, [header, 2, 0, 1]);
        await AssertEndsAsync(broker, [0x91, 3, 0, 1, 0]);
        await AssertEndsAsync(broker, [0xD1, 0]);
    }

    [Theory, Clause311("3.3.1-4")]
    [On(BrokerKind.Scripted)]
    public Task MQTT311_3_3_1_4_Qos3EndsTheConnection(BrokerKind broker) => AssertEndsAsync(broker, [0x36, 6, 0, 1, (byte)'t', 0, 1, 1]);

    [Theory, Clause311("4.8.0-1")]
    [On(BrokerKind.Scripted)]
    public async Task MQTT311_4_8_0_1_ViolationsEndTheConnection(BrokerKind broker)
    {
        foreach (WirePacket packet in new WirePacket[]
        {
            new WireConnack(0), new WireConnect(4, "x", true), new WireSubscribe(1, [new WireFilter("f", 0)]),
            new WireUnsubscribe(1, ["f"]), new WirePing(WireType.Pingreq), new WireDisconnect(), new WirePublish("a/+", []),
            new WirePublish("", []),
        })
            await AssertEndsAsync(broker, WireEncoder.Encode(packet, 4));
        await AssertEndsAsync(broker, [0x00, 0]);
        await AssertEndsAsync(broker, [0xF0, 0]);
    }

    [Theory, Clause311("4.8.0-2")]
    [On(BrokerKind.Scripted)]
    public async Task MQTT311_4_8_0_2_FailuresEndTheConnection(BrokerKind broker)
    {
        Assert.Equal(BrokerKind.Scripted, broker);
        using ScriptedListener listener = new();
        MqttClientOptions options = Clients.Options(listener.Port);
        options.ProtocolVersion = MqttVersionChoice.V311;
        await using MqttConnection client = Clients.Make(options, new FailingReceiver());
        Task starting = client.StartAsync(Budget.Token);
        (WirePeer peer, _) = await listener.AcceptAsync(new WireConnack(0));
        using WirePeer end = peer;
        await starting;
        await peer.SendAsync(new WirePublish("t", [1], 1, 1));
        Assert.DoesNotContain(await peer.ToEndAsync(), packet => packet is WireAck);
    }

    /// <summary>Sends a connected client these bytes; it closes without a word, since 3.1.1 has none for that.</summary>
    private static async Task AssertEndsAsync(BrokerKind broker, byte[] bytes)
    {
        Assert.Equal(BrokerKind.Scripted, broker);
        await using ScriptedSetup setup = await ScriptedSetup.StartAsync(new WireConnack(0), version: MqttVersion.V311);
        await setup.Peer.SendAsync(bytes);
        Assert.Empty(await setup.Peer.ToEndAsync());
        Assert.Empty(setup.Receiver.Messages);
    }

    private sealed class FailingReceiver : IMqttReceiver
    {
        public void OnMessage(in MqttInbound message) => throw new InvalidOperationException("no room for it");
    }
}
