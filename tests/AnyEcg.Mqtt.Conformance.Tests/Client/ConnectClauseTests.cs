using System.Text;

namespace AnyEcg.Mqtt.Conformance.Tests;

/// <summary>MQTT 5.0, section 3.1, as the client writes its CONNECT.</summary>
[Collection(BrokerCollection.Name)]
public sealed class ConnectClauseTests(BrokerFixture brokers)
{
    [Theory, Clause("3.1.0-1")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_3_1_0_1_FirstPacketIsConnect(BrokerKind broker)
    {
        Tape tape = await brokers.TourAsync(broker);
        int[] connections = [.. tape.Entries.Select(e => e.Connection).Distinct()];
        Assert.Equal(4, connections.Length);
        Assert.All(connections, connection =>
        {
            List<WirePacket?> sent = [.. tape.Of(connection).Where(e => e.FromClient).Select(e => e.Packet)];
            Assert.IsType<WireConnect>(sent[0]);
            Assert.Single(sent.OfType<WireConnect>());
        });
    }

    [Theory, Clause("3.1.2-1")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_3_1_2_1_ProtocolNameIsMqtt(BrokerKind broker)
    {
        Tape tape = await brokers.TourAsync(broker);
        Assert.All(tape.WellFormed<WireConnect>(), connect => Assert.Equal(5, connect.Level));
    }

    [Theory, Clause("3.1.2-9")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_3_1_2_9_WillFlagBringsWillFields(BrokerKind broker)
    {
        WireConnect connect = (await brokers.TourAsync(broker)).ConnectOf(TourScenario.Full);
        Assert.Equal(4, connect.ConnectFlags & 4);
        Assert.NotNull(connect.Will);
        Assert.Equal("tour/will/\u00e9", connect.Will.Topic);
        Assert.Equal(40, connect.Will.Payload.Length);
        Assert.Contains(connect.Will.Properties, p => p is { Id: WireProperties.WillDelay, Number: 5 });
    }

    [Theory, Clause("3.1.2-11")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_3_1_2_11_NoWillNoWillQos(BrokerKind broker)
    {
        WireConnect connect = (await brokers.TourAsync(broker)).ConnectOf(TourScenario.Plain);
        Assert.Equal(0, connect.ConnectFlags & 0x1C);
    }

    [Theory, Clause("3.1.2-12")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_3_1_2_12_WillQosIsAtMostTwo(BrokerKind broker)
    {
        WireConnect connect = (await brokers.TourAsync(broker)).ConnectOf(TourScenario.Full);
        Assert.Equal(1, connect.Will!.Qos);
        MqttClientOptions options = Clients.Options(1);
        options.Will = new MqttMessage { Topic = "t", Qos = (MqttQos)3 };
        Assert.ThrowsAny<ArgumentException>(() => Clients.Make(options));
    }

    [Theory, Clause("3.1.2-13")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_3_1_2_13_NoWillNoWillRetain(BrokerKind broker)
    {
        Tape tape = await brokers.TourAsync(broker);
        Assert.Equal(0, tape.ConnectOf(TourScenario.Plain).ConnectFlags & 0x20);
        Assert.Equal(0x20, tape.ConnectOf(TourScenario.Full).ConnectFlags & 0x20);
    }

    [Theory, Clause("3.1.2-16")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_3_1_2_16_NoUserNameWithoutFlag(BrokerKind broker)
    {
        WireConnect connect = (await brokers.TourAsync(broker)).ConnectOf(TourScenario.Plain);
        Assert.Equal(0, connect.ConnectFlags & 0x80);
        Assert.Null(connect.UserName);
    }

    [Theory, Clause("3.1.2-17")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_3_1_2_17_UserNameWithFlag(BrokerKind broker)
    {
        WireConnect connect = (await brokers.TourAsync(broker)).ConnectOf(TourScenario.Full);
        Assert.Equal(0x80, connect.ConnectFlags & 0x80);
        Assert.Equal(TourScenario.UserName, connect.UserName);
    }

    [Theory, Clause("3.1.2-18")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_3_1_2_18_NoPasswordWithoutFlag(BrokerKind broker)
    {
        WireConnect connect = (await brokers.TourAsync(broker)).ConnectOf(TourScenario.Plain);
        Assert.Equal(0, connect.ConnectFlags & 0x40);
        Assert.Null(connect.Password);
    }

    [Theory, Clause("3.1.2-19")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_3_1_2_19_PasswordWithFlag(BrokerKind broker)
    {
        WireConnect connect = (await brokers.TourAsync(broker)).ConnectOf(TourScenario.Full);
        Assert.Equal(0x40, connect.ConnectFlags & 0x40);
        Assert.Equal(TourScenario.UserName, Encoding.UTF8.GetString(connect.Password!));
    }

    [Theory, Clause("3.1.2-20")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_3_1_2_20_SilentClientPings(BrokerKind broker)
    {
        Tape tape = await brokers.TourAsync(broker);
        int connection = Assert.Single(tape.ConnectionsOf(TourScenario.Silent));
        List<TapeEntry> sent = [.. tape.Of(connection).Where(e => e.FromClient)];
        Assert.Equal(TourScenario.KeepAlive, Assert.IsType<WireConnect>(sent[0].Packet).KeepAlive);
        Assert.InRange(sent[1].At - sent[0].At, TimeSpan.Zero, TimeSpan.FromSeconds(1.5 * TourScenario.KeepAlive));
        Assert.Equal(WireType.Pingreq, Assert.IsType<WirePing>(sent[1].Packet).Type);
    }

    [Theory, Clause("3.1.3-1")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_3_1_3_1_PayloadFieldsInOrder(BrokerKind broker)
    {
        WireConnect connect = (await brokers.TourAsync(broker)).ConnectOf(TourScenario.Full);
        Assert.Equal(
            (TourScenario.Full, "tour/will/\u00e9", 'x', TourScenario.UserName, TourScenario.UserName),
            (connect.ClientId, connect.Will!.Topic, (char)connect.Will.Payload[0], connect.UserName, Encoding.UTF8.GetString(connect.Password!)));
    }

    [Theory, Clause("3.1.3-3")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_3_1_3_3_ClientIdIsThereAndFirst(BrokerKind broker)
    {
        string[] ids = [.. (await brokers.TourAsync(broker)).WellFormed<WireConnect>().Select(connect => connect.ClientId)];
        Assert.Equal(["", TourScenario.Full, TourScenario.Plain, TourScenario.Silent], ids.Order(StringComparer.Ordinal));
    }

    [Theory, Clause("3.1.3-4")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_3_1_3_4_ClientIdIsText(BrokerKind broker)
    {
        Assert.Equal("caf\u00e9-\U0001F600", (await LogInAsync(broker, o => o.ClientId = "caf\u00e9-\U0001F600")).ClientId);
        AssertRefused(o => o.ClientId = "a\0b");
        AssertRefused(o => o.ClientId = "\ud800");
    }

    [Theory, Clause("3.1.3-11")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_3_1_3_11_WillTopicIsText(BrokerKind broker)
    {
        Assert.Equal("tour/will/\u00e9", (await brokers.TourAsync(broker)).ConnectOf(TourScenario.Full).Will!.Topic);
        AssertRefused(o => o.Will = new MqttMessage { Topic = "\ud800" });
        AssertRefused(o => o.Will = new MqttMessage { Topic = "a\0b" });
    }

    [Theory, Clause("3.1.3-12")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto)]
    public async Task MQTT_3_1_3_12_UserNameIsText(BrokerKind broker)
    {
        Assert.Equal("us\u00e9r", (await LogInAsync(broker, o => o.UserName = "us\u00e9r")).UserName);
        AssertRefused(o => o.UserName = "a\0b");
        AssertRefused(o => o.UserName = "\udc00");
    }

    private static void AssertRefused(Action<MqttClientOptions> change)
    {
        MqttClientOptions options = Clients.Options(1);
        change(options);
        Assert.ThrowsAny<ArgumentException>(() => Clients.Make(options));
    }

    private async Task<WireConnect> LogInAsync(BrokerKind broker, Action<MqttClientOptions> change)
    {
        await using Wiretap tap = new(await brokers.PortAsync(broker));
        MqttClientOptions options = Clients.Options(tap.Port);
        change(options);
        await using MqttConnection client = await Clients.ConnectAsync(options);
        return Assert.Single(tap.Tape.WellFormed<WireConnect>());
    }
}
