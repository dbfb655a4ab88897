using System.Text;
using WP = AnyEcg.Mqtt.Conformance.Tests.WireProperties;

namespace AnyEcg.Mqtt.Conformance.Tests;

/// <summary>Chapters 1 and 2, section 4.7 and 4.13: formats, topics and errors, at the embedded broker.</summary>
[OfServer]
public sealed class ServerFormatClauseTests
{
    [Theory, Clause("1.5.4-1", "3.3.2-1"), Clause311("1.5.3-1", "3.3.2-1")]
    [InlineData(5)]
    [InlineData(4)]
    public async Task MQTT_1_5_4_1_and_3_3_2_1_and_311_1_5_3_1_IllFormedTextEndsTheConnection(int level)
    {
        byte[] end = level == 5 ? [0, 1] : [1];
        await ServerSide.AssertEndsAsync(level, 0x81, WireEncoder.Frame(0x30, [0, 2, 0xC3, 0x28, .. end]));
        await ServerSide.AssertEndsAsync(level, 0x81, WireEncoder.Frame(0x30, [0, 3, 0xED, 0xA0, 0x80, .. end]));
    }

    [Theory, Clause("1.5.4-2", "4.7.3-2"), Clause311("1.5.3-2", "4.7.3-2")]
    [InlineData(5)]
    [InlineData(4)]
    public async Task MQTT_1_5_4_2_and_4_7_3_2_and_311_1_5_3_2_NullCharacterEndsTheConnection(int level)
    {
        await ServerSide.AssertEndsAsync(level, 0x81, new WirePublish("a\0b", [1]));
        await ServerSide.AssertEndsAsync(level, 0x81, new WireSubscribe(1, [new WireFilter("a\0b", 0)]));
    }

    [Theory, Clause("1.5.4-3", "4.7.3-4"), Clause311("1.5.3-3", "4.7.3-4")]
    [InlineData(5)]
    [InlineData(4)]
    public async Task MQTT_1_5_4_3_and_4_7_3_4_and_311_1_5_3_3_TopicsAreTakenAsTheyAre(int level)
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        using WirePeer peer = await broker.JoinAsync("x", level);
        string composed = "\uFEFFcaf\u00e9/A";
        await peer.SubscribeAsync(composed, 0);
        foreach (string other in new[] { "caf\u00e9/A", "\uFEFFcafe\u0301/A", "\uFEFFcaf\u00e9/a", "\uFEFFcaf\u00e9/A/" })
            await peer.PublishAsync(other, 1, 0);
        await peer.SendAsync(new WirePublish(composed, [2]));
        Assert.Equal(composed, (await peer.TakeAsync()).Topic, StringComparer.Ordinal);
    }

    [Fact, Clause("1.5.7-1", "3.3.2-13", "3.3.2-19")]
    public async Task MQTT_1_5_7_1_and_3_3_2_13_and_3_3_2_19_IllFormedPropertiesEndTheConnection()
    {
        byte[] bad = [0, 1, 0xFF];
        foreach (byte[] property in new byte[][] { [0x26, .. bad, 0, 0], [0x26, 0, 0, .. bad], [0x08, .. bad], [0x03, .. bad] })
            await ServerSide.AssertEndsAsync(5, 0x81, WireEncoder.Frame(0x30, [0, 1, (byte)'t', (byte)property.Length, .. property]));
    }

    [Theory, Clause("1.5.5-1", "2.2.1-2"), Clause311("2.3.1-5")]
    [InlineData(5)]
    [InlineData(4)]
    public async Task MQTT_1_5_5_1_and_2_2_1_2_and_311_2_3_1_5_ForwardedPacketsAreWellFormed(int level)
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        using WirePeer peer = await broker.JoinAsync("x", level);
        await peer.SubscribeAsync("t", 0);
        foreach (int size in new[] { 0, 1, 122, 123, 124, 125, 126, 16_376, 16_379, 16_384, 200_000 })
        {
            byte[] payload = Encoding.ASCII.GetBytes(new string('p', size));
            await peer.SendAsync(new WirePublish("t", payload));
            Assert.Equal(payload, (await peer.TakeAsync()).Payload);
        }
    }

    [Theory]
    [Clause("2.1.3-1", "3.6.1-1", "3.8.1-1", "3.10.1-1", "3.14.1-1")]
    [Clause311("2.2.2-1", "2.2.2-2", "3.6.1-1", "3.8.1-1", "3.10.1-1", "3.14.1-1")]
    [InlineData(5)]
    [InlineData(4)]
    public async Task MQTT_2_1_3_1_to_3_14_1_1_and_311_2_2_2_2_OtherFlagsEndTheConnection(int level)
    {
        byte[] subscribe = level == 5 ? [0, 1, 0, 0, 1, (byte)'f', 0] : [0, 1, 0, 1, (byte)'f', 0];
        byte[] unsubscribe = subscribe[..^1];
        foreach (byte header in new byte[] { 0x41, 0x52, 0x60, 0x63, 0x72 })
            await ServerSide.AssertEndsAsync(level, 0x81, WireEncoder.Frame(header, 0, 1));
        foreach (byte header in new byte[] { 0x80, 0x83 })
            await ServerSide.AssertEndsAsync(level, 0x81, WireEncoder.Frame(header, subscribe));
        foreach (byte header in new byte[] { 0xA0, 0xA3 })
            await ServerSide.AssertEndsAsync(level, 0x81, WireEncoder.Frame(header, unsubscribe));
        await ServerSide.AssertEndsAsync(level, 0x81, WireEncoder.Frame(0xC1));
        await ServerSide.AssertEndsAsync(level, 0x81, WireEncoder.Frame(0xE1));
    }

    [Fact, Clause("3.15.1-1")]
    public Task MQTT_3_15_1_1_AuthEndsTheConnection() => ServerSide.AssertEndsAsync(5, 0x81, WireEncoder.Frame(0xF1, 0x18, 0));

    [Theory, Clause("3.3.1-4"), Clause311("3.3.1-4")]
    [InlineData(5)]
    [InlineData(4)]
    public Task MQTT_3_3_1_4_Qos3EndsTheConnection(int level) =>
        ServerSide.AssertEndsAsync(level, 0x81, WireEncoder.Frame(0x36, 0, 1, (byte)'t', 0, 1, 0));

    [Theory, Clause("3.3.2-2", "4.7.0-1"), Clause311("3.3.2-2", "4.7.1-1")]
    [InlineData(5)]
    [InlineData(4)]
    public async Task MQTT_3_3_2_2_and_4_7_0_1_and_311_4_7_1_1_WildcardsInTopicsEndTheConnection(int level)
    {
        foreach (string topic in new[] { "a/+", "#", "a+" })
        {
            await using EmbeddedBroker broker = await Clients.BrokerAsync();
            using WirePeer peer = await broker.JoinAsync("x", level);
            int? reason = await peer.EndsAsync(WireEncoder.Encode(new WirePublish(topic, [1]), level));
            Assert.Contains(reason, level == 5 ? [0x81, 0x82, 0x90] : (int?[])[null]);
        }
    }

    [Theory, Clause("4.7.1-1", "4.7.1-2", "4.7.3-1", "4.8.2-1", "4.8.2-2"), Clause311("4.7.1-2", "4.7.1-3", "4.7.3-1")]
    [InlineData(5)]
    [InlineData(4)]
    public async Task MQTT_4_7_1_1_to_4_8_2_2_InvalidFiltersAreRefused(int level)
    {
        string[] filters = ["a#", "a/#/b", "a+", "+a/b", "", "$share//f", "$share/g", "$share/g/", "$share/+/f", "$share/g#/f"];
        foreach (string filter in level == 5 ? filters : filters[..5])
        {
            await using EmbeddedBroker broker = await Clients.BrokerAsync();
            using WirePeer peer = await broker.JoinAsync("x", level);
            await peer.SendAsync(new WireSubscribe(1, [new WireFilter(filter, 0)]));
            WirePacket? answer = await peer.ReadAsync();
            bool isRefused = answer is null or WireDisconnect { Reason: >= 0x80 } || (answer is WireAnswer suback && suback.Reasons[0] >= 0x80);
            Assert.True(isRefused, $"'{filter}': {answer}");
        }
    }

    [Theory, Clause("4.7.2-1"), Clause311("4.7.2-1")]
    [InlineData(5)]
    [InlineData(4)]
    public async Task MQTT_4_7_2_1_LeadingWildcardsSpareDollarTopics(int level)
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        using WirePeer peer = await broker.JoinAsync("x", level);
        await peer.SubscribeAsync("#", 0);
        await peer.SubscribeAsync("+/a", 0);
        await peer.PublishAsync("$own/a", 1, 0);
        await peer.SubscribeAsync("$own/+", 0);
        await peer.SendAsync(new WirePublish("$own/a", [2]));
        Assert.Equal([2], (await peer.TakeAsync()).Payload);
        await peer.IsQuietAsync();
    }

    [Theory, Clause("4.7.3-3"), Clause311("4.7.3-3")]
    [InlineData(5)]
    [InlineData(4)]
    public async Task MQTT_4_7_3_3_TopicOf65535BytesIsTheLongest(int level)
    {
        // The length field cannot say more; a topic that fills it goes through.
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        using WirePeer peer = await broker.JoinAsync("x", level);
        await peer.SubscribeAsync("#", 0);
        string longest = new('t', 65_535);
        await peer.SendAsync(new WirePublish(longest, [1]));
        Assert.Equal(longest, (await peer.TakeAsync()).Topic);
    }

    [Theory, Clause("4.13.1-1"), Clause311("4.8.0-1")]
    [InlineData(5)]
    [InlineData(4)]
    public async Task MQTT_4_13_1_1_and_311_4_8_0_1_ViolationsEndTheConnection(int level)
    {
        WirePacket[] wrongWay = [new WireConnack(0), new WirePing(WireType.Pingresp), new WireAnswer(WireType.Suback, 1, [0])];
        foreach (WirePacket packet in wrongWay)
            await ServerSide.AssertEndsAsync(level, 0x82, packet);
        await ServerSide.AssertEndsAsync(level, 0x81, WireEncoder.Frame(0x30, 0, 9, (byte)'t'));
        await ServerSide.AssertEndsAsync(level, 0x81, 0x30, 0xFF, 0xFF, 0xFF, 0xFF, 0x01);
        await ServerSide.AssertEndsAsync(level, 0x81, 0x00, 0x00);
    }

    [Theory, Clause311("4.8.0-2")]
    [InlineData(4)]
    public async Task MQTT311_4_8_0_2_PacketThatCannotBeTakenEndsTheConnection(int level)
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync(new EmbeddedBrokerOptions { MaxPacketSize = 100 });
        using WirePeer peer = await broker.JoinAsync("x", level);
        Assert.Null(await peer.EndsAsync(WireEncoder.Encode(new WirePublish("t", new byte[200]), level)));
    }

    [Theory, Clause("3.8.3-5"), Clause311("3.8.3-4")]
    [InlineData(5)]
    [InlineData(4)]
    public async Task MQTT_3_8_3_5_and_311_3_8_3_4_ReservedOptionsEndTheConnection(int level)
    {
        foreach (int options in new[] { 3, 0x40, 0x80, level == 5 ? 0x30 : 0x04 })
        {
            await using EmbeddedBroker broker = await Clients.BrokerAsync();
            using WirePeer peer = await broker.JoinAsync("x", level);
            int? reason = await peer.EndsAsync(WireEncoder.Encode(new WireSubscribe(1, [new WireFilter("f", options)]), level));
            Assert.Contains(reason, level == 5 ? [0x81, 0x82] : (int?[])[null]);
        }
    }

    [Fact, Clause("3.3.2-14")]
    public async Task MQTT_3_3_2_14_WildcardsInAResponseTopicEndTheConnection()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        using WirePeer peer = await broker.JoinAsync("x");
        WirePublish publish = new("t", [1]) { Properties = [new(WP.ResponseTopic, Text: "a/+")] };
        Assert.Contains(await peer.EndsAsync(WireEncoder.Encode(publish, 5)), new int?[] { 0x81, 0x82, 0x90 });
    }

    [Theory, Clause("4.2.0-1"), Clause311("7.1.1-1", "7.0.0-2")]
    [InlineData(5)]
    [InlineData(4)]
    public async Task MQTT_4_2_0_1_and_311_7_1_1_1_and_311_7_0_0_2_TcpIsEnough(int level)
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        using WirePeer peer = await broker.JoinAsync("x", level);
        foreach (byte one in WireEncoder.Encode(new WireSubscribe(1, [new WireFilter("f", 0)]), level))
            await peer.SendAsync(one);
        Assert.Equal(WireType.Suback, (await peer.ExpectAsync<WireAnswer>()).Type);
    }
}
