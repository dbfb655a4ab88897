using WP = AnyEcg.Mqtt.Conformance.Tests.WireProperties;

namespace AnyEcg.Mqtt.Conformance.Tests;

/// <summary>Section 3.1 and 3.2 of both versions: how the embedded broker takes a CONNECT.</summary>
[OfServer]
public sealed class ServerConnectClauseTests
{
    [Theory, Clause("3.1.0-2"), Clause311("3.1.0-2")]
    [InlineData(5)]
    [InlineData(4)]
    public Task MQTT_3_1_0_2_SecondConnectEndsTheConnection(int level) =>
        ServerSide.AssertEndsAsync(level, 0x82, new WireConnect(level, "bad", true));

    [Theory, Clause("3.1.2-1"), Clause311("3.1.2-1")]
    [InlineData(5)]
    [InlineData(4)]
    public async Task MQTT_3_1_2_1_OtherProtocolNameEndsTheConnection(int level)
    {
        byte[] connect = WireEncoder.Encode(new WireConnect(level, "x", true), level);
        connect[7] = (byte)'X';
        Assert.DoesNotContain(await AnswerAsync(connect, level), packet => packet is WireConnack { Reason: 0 });
    }

    [Theory, Clause("3.1.2-2"), Clause311("3.1.2-2")]
    [InlineData(6)]
    [InlineData(9)]
    public async Task MQTT_3_1_2_2_OtherVersionIsRefused(int unknown)
    {
        byte[] connect = WireEncoder.Encode(new WireConnect(5, "x", true), 5);
        connect[8] = (byte)unknown;
        Assert.Equal(0x84, Assert.IsType<WireConnack>(Assert.Single(await AnswerAsync(connect, 5))).Reason);

        // An older one is answered in the form and with the code of 3.1.1.
        byte[] older = WireEncoder.Encode(new WireConnect(4, "x", true), 4);
        older[8] = 2;
        Assert.Equal(1, Assert.IsType<WireConnack>(Assert.Single(await AnswerAsync(older, 4))).Reason);
    }

    [Theory, Clause("3.1.2-3", "3.1.4-1", "3.14.0-1"), Clause311("3.1.2-3", "3.1.4-1")]
    [InlineData(5)]
    [InlineData(4)]
    public async Task MQTT_3_1_2_3_and_3_1_4_1_and_3_14_0_1_MalformedConnectEndsTheConnection(int level)
    {
        byte[] reserved = WireEncoder.Encode(new WireConnect(level, "x", true) { ConnectFlags = 1 }, level);
        byte[] willBits = WireEncoder.Encode(new WireConnect(level, "x", true) { ConnectFlags = 0x20 }, level);
        byte[] willQos3 = WireEncoder.Encode(new WireConnect(level, "x", true) { Will = new WireWill("t", [], 3, false, []) }, level);
        byte[] tooLong = [.. WireEncoder.Encode(new WireConnect(level, "x", true), level), 0];
        tooLong[1]++;
        foreach (byte[] bad in new[] { reserved, willBits, willQos3, tooLong })
        {
            List<WirePacket> answer = await AnswerAsync(bad, level);
            Assert.DoesNotContain(answer, packet => packet is WireDisconnect or WireConnack { Reason: 0 });
            if (level == 4)
                Assert.Empty(answer);
        }
    }

    [Theory, Clause("3.1.3-2"), Clause311("3.1.3-2")]
    [InlineData(5)]
    [InlineData(4)]
    public async Task MQTT_3_1_3_2_TheIdNamesTheSession(int level)
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        using (await broker.JoinAsync("one", level, clean: false, expiry: 100))
        {
        }

        (WirePeer other, WireConnack fresh) = await broker.GreetAsync(new WireConnect(level, "other", false));
        (WirePeer one, WireConnack resumed) = await broker.GreetAsync(new WireConnect(level, "one", false));
        using WirePeer first = other;
        using WirePeer second = one;
        Assert.Equal((false, true), (fresh.SessionPresent, resumed.SessionPresent));
    }

    [Theory, Clause("3.1.3-5"), Clause311("3.1.3-5")]
    [InlineData(5)]
    [InlineData(4)]
    public async Task MQTT_3_1_3_5_PlainIdsAreAccepted(int level)
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        foreach (string id in new[] { "0", "abcdefghijklmnopqrstuvw", "XYZABCDEFGHIJKLMNOPQRST", "UVW0123456789xyz" })
            (await broker.JoinAsync(id, level)).Dispose();
    }

    [Theory, Clause("3.1.3-6", "3.1.3-7", "3.2.2-16"), Clause311("3.1.3-6")]
    [InlineData(5)]
    [InlineData(4)]
    public async Task MQTT_3_1_3_6_and_3_1_3_7_and_3_2_2_16_EmptyIdIsReplaced(int level)
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        (WirePeer one, WireConnack first) = await broker.GreetAsync(new WireConnect(level, "", true));
        (WirePeer two, WireConnack second) = await broker.GreetAsync(new WireConnect(level, "", true));
        using WirePeer a = one;
        using WirePeer b = two;
        Assert.Equal((0, 0), (first.Reason, second.Reason));
        Assert.Equal(2, broker.SessionCount);
        await a.IsQuietAsync();
        if (level == 5)
            Assert.NotEqual(first.Text(WP.AssignedClientId)!, second.Text(WP.AssignedClientId)!);
    }

    [Theory, Clause("3.1.3-8"), Clause311("3.1.3-9")]
    [InlineData(5, 0x85)]
    [InlineData(4, 2)]
    public async Task MQTT_3_1_3_8_and_311_3_1_3_9_RefusedIdEndsTheConnection(int level, int reason)
    {
        List<WirePacket> answer = await AnswerAsync(WireEncoder.Encode(new WireConnect(level, new string('x', 300), true), level), level);
        Assert.Equal(reason, Assert.IsType<WireConnack>(Assert.Single(answer)).Reason);
    }

    [Fact, Clause311("3.1.3-8")]
    public async Task MQTT311_3_1_3_8_EmptyIdOfALastingSessionIsRefused()
    {
        List<WirePacket> answer = await AnswerAsync(WireEncoder.Encode(new WireConnect(4, "", false), 4), 4);
        Assert.Equal(2, Assert.IsType<WireConnack>(Assert.Single(answer)).Reason);
    }

    [Theory, Clause("3.1.4-2", "3.1.4-6", "3.2.2-6", "3.2.2-7", "3.2.2-8"), Clause311("3.1.4-5", "3.2.2-4", "3.2.2-5")]
    [InlineData(5)]
    [InlineData(4)]
    public async Task MQTT_3_1_4_2_to_3_2_2_8_RefusedConnectIsTheEnd(int level)
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync(
            new EmbeddedBrokerOptions { Authenticate = (id, _, _) => id != "unwanted" });
        using WirePeer listener = await broker.JoinAsync("listener", level);
        await listener.SubscribeAsync("#", 0);
        using WirePeer peer = await WirePeer.OpenAsync(broker.Port, level);
        byte[] connect = WireEncoder.Encode(new WireConnect(level, "unwanted", false), level);
        await peer.SendAsync([.. connect, .. WireEncoder.Encode(new WirePublish("t", [1]), level)]);
        WireConnack answer = Assert.IsType<WireConnack>(Assert.Single(await peer.ToEndAsync()));
        Assert.Equal((level == 5 ? 0x86 : 4, false), (answer.Reason, answer.SessionPresent));
        await listener.IsQuietAsync();
    }

    [Theory, Clause("3.1.4-3"), Clause311("3.1.4-2")]
    [InlineData(5)]
    [InlineData(4)]
    public async Task MQTT_3_1_4_3_and_311_3_1_4_2_SecondConnectionTakesOver(int level)
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        using WirePeer old = await broker.JoinAsync("same", level);
        using WirePeer young = await broker.JoinAsync("same", level);
        List<WirePacket> last = await old.ToEndAsync();
        Assert.Equal(level == 5 ? [0x8E] : [], last.Cast<WireDisconnect>().Select(packet => packet.Reason));
        await young.IsQuietAsync();
    }

    [Theory, Clause("3.1.4-5", "3.2.0-1", "3.2.0-2", "3.2.2-1", "2.2.2-1"), Clause311("3.1.4-4", "3.2.0-1")]
    [InlineData(5)]
    [InlineData(4)]
    public async Task MQTT_2_2_2_1_to_3_2_2_1_OneConnackFirst(int level)
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        (WirePeer peer, WireConnack connack) = await broker.GreetAsync(new WireConnect(level, "x", true));
        using WirePeer end = peer;
        Assert.Equal((0, false), (connack.Reason, connack.SessionPresent));
        await peer.SendAsync(new WireSubscribe(3, [new WireFilter("a", 0)]));
        Assert.Empty((await peer.ExpectAsync<WireAnswer>()).Properties);
        await peer.SendAsync(new WirePublish("b", [1], 1, 5));
        Assert.Equal(WireType.Puback, (await peer.AckAsync()).Type);
    }

    [Fact, Clause("3.2.2-9", "3.2.2-10", "3.2.2-12")]
    public async Task MQTT_3_2_2_9_and_3_2_2_10_and_3_2_2_12_MaximumQosIsAnnouncedAndKept()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync(new EmbeddedBrokerOptions { MaxQos = MqttQos.AtLeastOnce });
        (WirePeer peer, WireConnack connack) = await broker.GreetAsync(new WireConnect(5, "x", true));
        using WirePeer end = peer;
        Assert.Equal(1, connack.Number(WP.MaximumQos));
        Assert.Equal(1, await peer.SubscribeAsync("a", 2));
        (WirePeer refused, WireConnack no) = await broker.GreetAsync(
            new WireConnect(5, "will", true) { Will = new WireWill("w", [], 2, false, []) });
        using WirePeer gone = refused;
        Assert.Equal(0x9B, no.Reason);
        Assert.Empty(await refused.ToEndAsync());
    }

    [Fact, Clause("3.1.2-28", "3.2.2-19", "3.2.2-20")]
    public async Task MQTT_3_1_2_28_and_3_2_2_19_and_3_2_2_20_ConnackHasNoMoreThanAskedFor()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        (WirePeer peer, WireConnack connack) = await broker.GreetAsync(new WireConnect(5, "x", true)
        {
            Properties = [new(WP.MaximumPacketSize, 64), new(WP.RequestResponseInformation)],
        });
        using WirePeer end = peer;
        Assert.InRange(connack.Size, 5, 64);
        Assert.False(connack.Has(WP.ResponseInformation) || connack.Has(WP.ReasonString) || connack.Has(WP.UserProperty));
    }

    [Fact, Clause("4.12.0-1", "4.12.0-6", "4.12.0-4")]
    public async Task MQTT_4_12_0_1_and_4_12_0_4_and_4_12_0_6_EnhancedAuthenticationIsRefused()
    {
        WireConnect connect = new(5, "x", true) { Properties = [new(WP.AuthenticationMethod, Text: "SCRAM-SHA-1")] };
        Assert.Equal(0x8C, Assert.IsType<WireConnack>(Assert.Single(await AnswerAsync(WireEncoder.Encode(connect, 5), 5))).Reason);

        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        (WirePeer peer, WireConnack connack) = await broker.GreetAsync(new WireConnect(5, "plain", true));
        using WirePeer end = peer;
        Assert.False(connack.Has(WP.AuthenticationMethod));
        WireAuth auth = new(0x19) { Properties = [new(WP.AuthenticationMethod, Text: "m")] };
        Assert.Equal(0x82, await peer.EndsAsync(WireEncoder.Encode(auth, 5)));
    }

    /// <summary>What the broker sends for a first packet, up to the close.</summary>
    private static async Task<List<WirePacket>> AnswerAsync(byte[] connect, int level)
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        using WirePeer peer = await WirePeer.OpenAsync(broker.Port, level);
        await peer.SendAsync(connect);
        return await peer.ToEndAsync();
    }
}
