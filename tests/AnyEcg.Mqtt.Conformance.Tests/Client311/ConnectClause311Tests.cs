namespace AnyEcg.Mqtt.Conformance.Tests;

/// <summary>MQTT 3.1.1, section 3.1, as the client writes its CONNECT.</summary>
[Collection(BrokerCollection.Name)]
public sealed class ConnectClause311Tests(BrokerFixture brokers)
{
    [Theory, Clause311("3.1.0-1")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes), On(BrokerKind.RabbitMq)]
    public async Task MQTT311_3_1_0_1_FirstPacketIsConnect(BrokerKind broker)
    {
        Tape tape = await TourAsync(broker);
        int[] connections = [.. tape.Entries.Select(e => e.Connection).Distinct()];
        Assert.Equal(4, connections.Length);
        Assert.All(connections, connection =>
        {
            List<WirePacket?> sent = [.. tape.Of(connection).Where(e => e.FromClient).Select(e => e.Packet)];
            Assert.Equal(4, Assert.IsType<WireConnect>(sent[0]).Level);
            Assert.Single(sent.OfType<WireConnect>());
        });
    }

    [Theory, Clause311("3.1.2-4")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes), On(BrokerKind.RabbitMq)]
    public async Task MQTT311_3_1_2_4_SessionGoesOn(BrokerKind broker)
    {
        Tape tape = await ResumeAsync(broker);
        Assert.All(tape.WellFormed<WireConnect>(c => c.ClientId == ResumeScenario.Client311), connect => Assert.False(connect.Clean));
        Assert.True(tape.Received<WireConnack>()[^1].SessionPresent);
        Assert.Single(tape.Sent<WireSubscribe>());
        Assert.Contains(
            tape.Of(tape.ConnectionsOf(ResumeScenario.Client311)[^1]), e => e is { FromClient: true, Packet: WirePublish { Duplicate: true } });
    }

    [Theory, Clause311("3.1.2-6")]
    [On(BrokerKind.Scripted)]
    public async Task MQTT311_3_1_2_6_CleanSessionForgets(BrokerKind broker)
    {
        Assert.Equal(BrokerKind.Scripted, broker);
        await using ScriptedSetup setup = await ScriptedSetup.StartAsync(
            new WireConnack(0), options => options.SessionExpiry = TimeSpan.Zero, MqttVersion.V311);
        Assert.True(setup.Connect.Clean);
        Task publishing = setup.Client.PublishAsync("t", "x");
        await setup.ExpectPublishAsync();
        await setup.ReconnectAsync(new WireConnack(0));
        Assert.True(setup.Connect.Clean);
        WirePublish again = await setup.ExpectPublishAsync();
        Assert.False(again.Duplicate);
        await setup.Peer.SendAsync(new WireAck(WireType.Puback, again.Id));
        await publishing;
    }

    [Theory, Clause311("3.1.2-9")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes), On(BrokerKind.RabbitMq)]
    public async Task MQTT311_3_1_2_9_WillFlagBringsWillFields(BrokerKind broker)
    {
        WireConnect connect = (await TourAsync(broker)).ConnectOf(TourScenario.Full);
        Assert.Equal(4, connect.ConnectFlags & 4);
        Assert.Equal(("tour/will/\u00e9", 40), (connect.Will!.Topic, connect.Will.Payload.Length));
    }

    [Theory, Clause311("3.1.2-11")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes), On(BrokerKind.RabbitMq)]
    public async Task MQTT311_3_1_2_11_NoWillNoWillBits(BrokerKind broker)
    {
        WireConnect connect = (await TourAsync(broker)).ConnectOf(TourScenario.Plain);
        Assert.Equal(0, connect.ConnectFlags & 0x3C);
        Assert.Null(connect.Will);
    }

    [Theory, Clause311("3.1.2-13")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes), On(BrokerKind.RabbitMq)]
    public async Task MQTT311_3_1_2_13_NoWillNoWillQos(BrokerKind broker)
    {
        Tape tape = await TourAsync(broker);
        Assert.Equal(0, tape.ConnectOf(TourScenario.Plain).ConnectFlags & 0x18);
        Assert.Equal(0x08, tape.ConnectOf(TourScenario.Full).ConnectFlags & 0x18);
    }

    [Theory, Clause311("3.1.2-14")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes), On(BrokerKind.RabbitMq)]
    public async Task MQTT311_3_1_2_14_WillQosIsAtMostTwo(BrokerKind broker)
    {
        Assert.Equal(1, (await TourAsync(broker)).ConnectOf(TourScenario.Full).Will!.Qos);
        AssertRefused(options => options.Will = new MqttMessage { Topic = "t", Qos = (MqttQos)3 });
    }

    [Theory, Clause311("3.1.2-15")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes), On(BrokerKind.RabbitMq)]
    public async Task MQTT311_3_1_2_15_NoWillNoWillRetain(BrokerKind broker)
    {
        Tape tape = await TourAsync(broker);
        Assert.Equal(0, tape.ConnectOf(TourScenario.Plain).ConnectFlags & 0x20);
        Assert.Equal(0x20, tape.ConnectOf(TourScenario.Full).ConnectFlags & 0x20);
    }

    [Theory, Clause311("3.1.2-18")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes), On(BrokerKind.RabbitMq)]
    public async Task MQTT311_3_1_2_18_NoUserNameWithoutFlag(BrokerKind broker)
    {
        WireConnect connect = (await TourAsync(broker)).ConnectOf(TourScenario.Plain);
        Assert.Equal(0, connect.ConnectFlags & 0x80);
        Assert.Null(connect.UserName);
    }

    [Theory, Clause311("3.1.2-19")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes), On(BrokerKind.RabbitMq)]
    public async Task MQTT311_3_1_2_19_UserNameWithFlag(BrokerKind broker)
    {
        WireConnect connect = (await TourAsync(broker)).ConnectOf(TourScenario.Full);
        Assert.Equal(0x80, connect.ConnectFlags & 0x80);
        Assert.Equal(TourScenario.UserName, connect.UserName);
    }

    [Theory, Clause311("3.1.2-20")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes), On(BrokerKind.RabbitMq)]
    public async Task MQTT311_3_1_2_20_NoPasswordWithoutFlag(BrokerKind broker)
    {
        WireConnect connect = (await TourAsync(broker)).ConnectOf(TourScenario.Plain);
        Assert.Equal(0, connect.ConnectFlags & 0x40);
        Assert.Null(connect.Password);
    }

    [Theory, Clause311("3.1.2-21")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes), On(BrokerKind.RabbitMq)]
    public async Task MQTT311_3_1_2_21_PasswordWithFlag(BrokerKind broker)
    {
        WireConnect connect = (await TourAsync(broker)).ConnectOf(TourScenario.Full);
        Assert.Equal(0x40, connect.ConnectFlags & 0x40);
        Assert.Equal(TourScenario.UserName, System.Text.Encoding.UTF8.GetString(connect.Password!));
    }

    [Theory, Clause311("3.1.2-22")]
    [On(BrokerKind.Scripted)]
    public async Task MQTT311_3_1_2_22_NoPasswordWithoutUserName(BrokerKind broker)
    {
        // An empty user name stands before the password.
        Assert.Equal(BrokerKind.Scripted, broker);
        MqttClientOptions options = Clients.Options(await brokers.PortAsync(broker), "nameless");
        options.ProtocolVersion = MqttVersionChoice.V311;
        options.Password = "secret";
        await using Wiretap tap = new(options.Port);
        options.Port = tap.Port;
        await using MqttConnection client = await Clients.ConnectAsync(options);
        WireConnect connect = Assert.Single(tap.Tape.WellFormed<WireConnect>());
        Assert.Equal((0xC0, ""), (connect.ConnectFlags & 0xC0, connect.UserName));
    }

    [Theory, Clause311("3.1.2-23")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes), On(BrokerKind.RabbitMq)]
    public async Task MQTT311_3_1_2_23_SilentClientPings(BrokerKind broker)
    {
        Tape tape = await TourAsync(broker);
        List<TapeEntry> sent = [.. tape.Of(Assert.Single(tape.ConnectionsOf(TourScenario.Silent))).Where(e => e.FromClient)];
        Assert.Equal(TourScenario.KeepAlive, Assert.IsType<WireConnect>(sent[0].Packet).KeepAlive);
        Assert.InRange(sent[1].At - sent[0].At, TimeSpan.Zero, TimeSpan.FromSeconds(1.5 * TourScenario.KeepAlive));
        Assert.Equal(WireType.Pingreq, Assert.IsType<WirePing>(sent[1].Packet).Type);
    }

    [Theory, Clause311("3.1.3-1")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes), On(BrokerKind.RabbitMq)]
    public async Task MQTT311_3_1_3_1_PayloadFieldsInOrder(BrokerKind broker)
    {
        WireConnect connect = (await TourAsync(broker)).ConnectOf(TourScenario.Full);
        Assert.Equal(
            (TourScenario.Full, "tour/will/\u00e9", 'x', TourScenario.UserName),
            (connect.ClientId, connect.Will!.Topic, (char)connect.Will.Payload[0], connect.UserName));
    }

    [Theory, Clause311("3.1.3-2")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes), On(BrokerKind.RabbitMq)]
    public async Task MQTT311_3_1_3_2_TheIdNamesTheSession(BrokerKind broker)
    {
        Tape tape = await ResumeAsync(broker);
        Assert.Equal(2, tape.ConnectionsOf(ResumeScenario.Client311).Count);
        Assert.True(tape.Received<WireConnack>()[^1].SessionPresent);
    }

    [Theory, Clause311("3.1.3-3")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes), On(BrokerKind.RabbitMq)]
    public async Task MQTT311_3_1_3_3_ClientIdIsThereAndFirst(BrokerKind broker)
    {
        string[] ids = [.. (await TourAsync(broker)).WellFormed<WireConnect>().Select(connect => connect.ClientId)];
        Assert.Equal(["", TourScenario.Full, TourScenario.Plain, TourScenario.Silent], ids.Order(StringComparer.Ordinal));
    }

    [Theory, Clause311("3.1.3-4")]
    [On(BrokerKind.Scripted)]
    public async Task MQTT311_3_1_3_4_ClientIdIsText(BrokerKind broker)
    {
        Assert.Equal(BrokerKind.Scripted, broker);
        await using ScriptedSetup setup = await ScriptedSetup.StartAsync(
            new WireConnack(0), options => options.ClientId = "caf\u00e9-\U0001F600", MqttVersion.V311);
        Assert.Equal("caf\u00e9-\U0001F600", setup.Connect.ClientId);
        AssertRefused(options => options.ClientId = "a\0b");
        AssertRefused(options => options.ClientId = "\ud800");
    }

    [Theory, Clause311("3.1.3-7")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes), On(BrokerKind.RabbitMq)]
    public async Task MQTT311_3_1_3_7_EmptyIdIsClean(BrokerKind broker)
    {
        Assert.All((await TourAsync(broker)).WellFormed<WireConnect>(c => c.ClientId.Length == 0), connect => Assert.True(connect.Clean));

        // Even where a session is asked for.
        await using Wiretap tap = new(await brokers.PortAsync(broker));
        MqttClientOptions options = Clients.Options(tap.Port);
        options.ProtocolVersion = MqttVersionChoice.V311;
        await using MqttConnection client = await Clients.ConnectAsync(options);
        Assert.True(Assert.Single(tap.Tape.WellFormed<WireConnect>()).Clean);
    }

    [Theory, Clause311("3.1.3-10")]
    [On(BrokerKind.Scripted), On(BrokerKind.Embedded), On(BrokerKind.Mosquitto), On(BrokerKind.Aedes), On(BrokerKind.RabbitMq)]
    public async Task MQTT311_3_1_3_10_WillTopicIsText(BrokerKind broker)
    {
        Assert.Equal("tour/will/\u00e9", (await TourAsync(broker)).ConnectOf(TourScenario.Full).Will!.Topic);
        AssertRefused(options => options.Will = new MqttMessage { Topic = "\ud800" });
        AssertRefused(options => options.Will = new MqttMessage { Topic = "a\0b" });
    }

    [Theory, Clause311("3.1.3-11")]
    [On(BrokerKind.Scripted)]
    public async Task MQTT311_3_1_3_11_UserNameIsText(BrokerKind broker)
    {
        Assert.Equal(BrokerKind.Scripted, broker);
        await using ScriptedSetup setup = await ScriptedSetup.StartAsync(
            new WireConnack(0), options => options.UserName = "us\u00e9r", MqttVersion.V311);
        Assert.Equal("us\u00e9r", setup.Connect.UserName);
        AssertRefused(options => options.UserName = "a\0b");
        AssertRefused(options => options.UserName = "\udc00");
    }

    private static void AssertRefused(Action<MqttClientOptions> change)
    {
        MqttClientOptions options = Clients.Options(1);
        options.ProtocolVersion = MqttVersionChoice.V311;
        change(options);
        Assert.ThrowsAny<ArgumentException>(() => Clients.Make(options));
    }

    private Task<Tape> TourAsync(BrokerKind broker) => brokers.TourAsync(broker, MqttVersion.V311);

    private Task<Tape> ResumeAsync(BrokerKind broker) => brokers.ResumeAsync(broker, MqttVersion.V311);
}
