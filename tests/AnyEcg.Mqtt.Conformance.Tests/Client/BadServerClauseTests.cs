using WP = AnyEcg.Mqtt.Conformance.Tests.WireProperties;

namespace AnyEcg.Mqtt.Conformance.Tests;

/// <summary>MQTT 5.0, section 4.13 and the clauses that lead there: what the client does when the server breaks the rules.</summary>
public sealed class BadServerClauseTests
{
    [Theory, Clause("1.5.4-1", "1.5.7-1")]
    [On(BrokerKind.Scripted)]
    public async Task MQTT_1_5_4_1_and_1_5_7_1_IllFormedTextEndsTheConnection(BrokerKind broker)
    {
        await AssertEndsAsync(broker, 0x81, [0x30, 7, 0, 2, 0xC3, 0x28, 0, 1, 1]);
        await AssertEndsAsync(broker, 0x81, [0x30, 7, 0, 3, 0xED, 0xA0, 0x80, 0, 1]);
        await AssertEndsAsync(broker, 0x81, [0x30, 12, 0, 1, (byte)'t', 7, 0x26, 0, 1, 0xFF, 0, 1, (byte)'v', 1]);
    }

    [Theory, Clause("1.5.4-2")]
    [On(BrokerKind.Scripted)]
    public async Task MQTT_1_5_4_2_NullCharacterEndsTheConnection(BrokerKind broker) =>
        await AssertEndsAsync(broker, 0x81, WireEncoder.Encode(new WirePublish("a\0b", [1]), 5));

    [Theory, Clause("1.5.5-1")]
    [On(BrokerKind.Scripted)]
    public async Task MQTT_1_5_5_1_FiveByteLengthEndsTheConnection(BrokerKind broker) =>
        await AssertEndsAsync(broker, 0x81, [0x30, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]);

    [Theory, Clause("2.1.3-1")]
    [On(BrokerKind.Scripted)]
    public async Task MQTT_2_1_3_1_OtherFlagsEndTheConnection(BrokerKind broker)
    {
        foreach (byte header in new byte[] { 0x41, 0x52, 0x60, 0x71, 0x91, 0xB2 })
            await AssertEndsAsync(broker, 0x81, [header, 3, 0, 1, 0]);
        await AssertEndsAsync(broker, 0x81, [0xD1, 0]);
    }

    [Theory, Clause("3.3.1-4")]
    [On(BrokerKind.Scripted)]
    public async Task MQTT_3_3_1_4_Qos3EndsTheConnection(BrokerKind broker) =>
        await AssertEndsAsync(broker, 0x81, [0x36, 7, 0, 1, (byte)'t', 0, 1, 0, 1]);

    [Theory, Clause("3.3.2-1", "3.3.2-2", "3.3.2-8")]
    [On(BrokerKind.Scripted)]
    public async Task MQTT_3_3_2_1_and_3_3_2_2_and_3_3_2_8_BadTopicsEndTheConnection(BrokerKind broker)
    {
        await AssertEndsAsync(broker, 0x82, WireEncoder.Encode(new WirePublish("", [1]), 5));
        await AssertEndsAsync(broker, null, WireEncoder.Encode(new WirePublish("a/+", [1]), 5));
        await AssertEndsAsync(broker, 0x94, WireEncoder.Encode(new WirePublish("a", [1]) { Properties = [new(WP.TopicAlias)] }, 5));
        await AssertEndsAsync(broker, 0x94, WireEncoder.Encode(new WirePublish("a", [1]) { Properties = [new(WP.TopicAlias, 4)] }, 5));
    }

    [Theory, Clause("3.14.1-1")]
    [On(BrokerKind.Scripted)]
    public async Task MQTT_3_14_1_1_DisconnectFlagsAreChecked(BrokerKind broker) => await AssertEndsAsync(broker, 0x81, [0xE1, 1, 0]);

    [Theory, Clause("3.14.2-3", "3.14.2-4")]
    [On(BrokerKind.Scripted)]
    public async Task MQTT_3_14_2_3_and_3_14_2_4_DisconnectStaysBelowTheMaximumPacketSize(BrokerKind broker)
    {
        // A protocol error is when a client would explain itself: it sends the bare code.
        Assert.Equal(BrokerKind.Scripted, broker);
        await using ScriptedSetup setup = await ScriptedSetup.StartAsync(new WireProperty(WP.MaximumPacketSize, 20));
        await setup.Peer.SendAsync(new WireConnack(0));
        WireDisconnect last = Assert.IsType<WireDisconnect>(Assert.Single(await setup.Peer.ToEndAsync()));
        Assert.Equal(0x82, last.Reason);
        Assert.Empty(last.Properties);
        Assert.InRange(last.Size, 2, 20);
    }

    [Theory, Clause("3.15.1-1")]
    [On(BrokerKind.Scripted)]
    public async Task MQTT_3_15_1_1_AuthFlagsAreChecked(BrokerKind broker)
    {
        byte[] properties = [0x15, 0, 1, (byte)'m'];
        await AssertEndsAsync(broker, null, WireEncoder.Frame(0xF1, [0x18, (byte)properties.Length, .. properties]));
        await AssertEndsAsync(broker, 0x82, WireEncoder.Frame(0xF0, [0x18, (byte)properties.Length, .. properties]));
    }

    [Theory, Clause("4.13.2-1")]
    [On(BrokerKind.Scripted)]
    public async Task MQTT_4_13_2_1_RefusalsEndTheConnection(BrokerKind broker)
    {
        Assert.Equal(BrokerKind.Scripted, broker);
        await using (ScriptedSetup refused = await ScriptedSetup.StartAsync(new WireConnack(0x87)))
            await refused.ExpectCloseAsync(null);
        await using ScriptedSetup setup = await ScriptedSetup.StartAsync();
        await setup.Peer.SendAsync(new WireDisconnect(0x89));
        await setup.ExpectCloseAsync(null);
    }

    [Theory, Clause("4.13.2-1")]
    [On(BrokerKind.Scripted)]
    public async Task MQTT_4_13_2_1_TooLargeAPacketEndsTheConnection(BrokerKind broker)
    {
        Assert.Equal(BrokerKind.Scripted, broker);
        await using ScriptedSetup setup = await ScriptedSetup.StartAsync(new WireConnack(0), options => options.MaximumPacketSize = 100);
        Assert.Equal(100, setup.Connect.Number(WP.MaximumPacketSize));
        await setup.Peer.SendAsync(new WirePublish("t", new byte[100]));
        await setup.ExpectCloseAsync(0x95);
    }

    [Theory, Clause("4.13.2-1")]
    [On(BrokerKind.Scripted)]
    public async Task MQTT_4_13_2_1_PacketsFromTheWrongSideEndTheConnection(BrokerKind broker)
    {
        foreach (WirePacket packet in new WirePacket[]
        {
            new WireConnack(0), new WireConnect(5, "x", true), new WireSubscribe(1, [new WireFilter("f", 0)]),
            new WireUnsubscribe(1, ["f"]), new WirePing(WireType.Pingreq),
        })
            await AssertEndsAsync(broker, 0x82, WireEncoder.Encode(packet, 5));
        await AssertEndsAsync(broker, null, [0x00, 0]);
    }

    /// <summary>Sends a connected client these bytes; it closes, with this reason or, for null, with one of the two for bad packets.</summary>
    private static async Task AssertEndsAsync(BrokerKind broker, int? reason, byte[] bytes)
    {
        Assert.Equal(BrokerKind.Scripted, broker);
        await using ScriptedSetup setup = await ScriptedSetup.StartAsync(new WireConnack(0), options => options.TopicAliasMaximum = 3);
        await setup.Peer.SendAsync(bytes);
        List<WirePacket> last = await setup.Peer.ToEndAsync();
        int sent = Assert.IsType<WireDisconnect>(Assert.Single(last)).Reason;
        Assert.Contains(sent, reason is { } one ? [one] : (int[])[0x81, 0x82, 0x90]);
        Assert.Empty(setup.Receiver.Messages);
    }
}
