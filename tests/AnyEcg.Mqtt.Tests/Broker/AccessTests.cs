using FsCheck.Fluent;

namespace AnyEcg.Mqtt.Tests;

public sealed class AccessTests
{
    private static readonly EmbeddedBrokerOptions Options = new()
    {
        Users =
        [
            new BrokerUser("device", "d") { MayPublish = ["ecg/+/frame"], MaySubscribe = ["cmd/#"] },
            new BrokerUser("worker", "w"),
        ],
    };

    [Theory]
    [InlineData("device", "d", true)]
    [InlineData("device", "w", false)]
    [InlineData("device", null, false)]
    [InlineData("nobody", "d", false)]
    [InlineData(null, null, false)]
    public async Task Connect_UserAndPassword_Decide(string? user, string? password, bool admitted)
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync(Options);
        ConnackPacket connack = await ConnectAsync(broker.Port, new ConnectPacket { ClientId = "c", UserName = user, Password = password });
        Assert.Equal(admitted ? MqttReasonCode.Success : MqttReasonCode.BadUserNameOrPassword, connack.ReasonCode);
    }

    [Theory]
    [InlineData("ecg/1/frame", MqttReasonCode.NoMatchingSubscribers)]
    [InlineData("ecg/1/meta", MqttReasonCode.NotAuthorized)]
    public async Task Publish_AtEachLevel_IsRefusedWhereNotAllowed(string topic, MqttReasonCode expected)
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync(Options);
        using RawPeer device = await RawPeer.LogInAsync(broker.Port, Device("c"));
        await device.SendAsync(new OutgoingPublish(Clients.Text(topic, "x", MqttQos.AtMostOnce), 0, false));
        await device.SendAsync(new OutgoingPublish(Clients.Text(topic, "x"), 1, false));
        Assert.Equal(expected, (await device.ExpectAckAsync(PacketType.Puback)).ReasonCode);
        await device.SendAsync(new OutgoingPublish(Clients.Text(topic, "x", MqttQos.ExactlyOnce), 2, false));
        Assert.Equal(expected, (await device.ExpectAckAsync(PacketType.Pubrec)).ReasonCode);
        bool refused = expected == MqttReasonCode.NotAuthorized;
        Assert.Equal(refused ? 3 : 0, broker.Counters.PublishesRefused);
        Assert.Equal(refused ? 0 : 3, broker.Counters.MessagesReceived);
        await device.SendAsync(new AckPacket(PacketType.Pubrel, 2));
        MqttReasonCode released = refused ? MqttReasonCode.PacketIdentifierNotFound : MqttReasonCode.Success;
        Assert.Equal(released, (await device.ExpectAckAsync(PacketType.Pubcomp)).ReasonCode);
    }

    [Fact]
    public async Task Subscribe_WiderThanAllowed_IsRefused()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync(Options);
        using RawPeer device = await RawPeer.LogInAsync(broker.Port, Device("c"));
        await device.SendAsync(new SubscribePacket(1, [new("cmd/1"), new("cmd/#"), new("#"), new("$share/g/cmd/+"), new("$share/g/#")]));
        SubackPacket suback = SubackPacket.Parse(PacketType.Suback, await device.ExpectAsync(PacketType.Suback), MqttVersion.V5);
        MqttReasonCode yes = MqttReasonCode.GrantedQos1, no = MqttReasonCode.NotAuthorized;
        Assert.Equal([yes, yes, no, yes, no], suback.ReasonCodes);
    }

    [Fact]
    public async Task Connect_WillWhereNotAllowed_IsRefused()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync(Options);
        ConnackPacket connack = await ConnectAsync(broker.Port, Device("c") with { Will = Clients.Text("ecg/1/meta", "x") });
        Assert.Equal(MqttReasonCode.NotAuthorized, connack.ReasonCode);
    }

    [Fact]
    public async Task Connect_SessionOfAnotherUser_IsRefusedAndLeftAlone()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync(Options);
        using RawPeer device = await RawPeer.LogInAsync(broker.Port, Device("c"));
        ConnackPacket connack = await ConnectAsync(broker.Port, new ConnectPacket { ClientId = "c", UserName = "worker", Password = "w", CleanStart = true });
        Assert.Equal(MqttReasonCode.ClientIdentifierNotValid, connack.ReasonCode);
        await device.SendAsync(new PingPacket(PacketType.Pingreq));
        await device.ExpectAsync(PacketType.Pingresp);
    }

    [Fact]
    public async Task Connect_LongClientId_IsRefused()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync(new EmbeddedBrokerOptions { MaxClientIdLength = 23 });
        ConnectPacket connect = new() { ClientId = new string('x', 23) };
        Assert.Equal(MqttReasonCode.Success, (await ConnectAsync(broker.Port, connect)).ReasonCode);
        connect = connect with { ClientId = new string('x', 24) };
        Assert.Equal(MqttReasonCode.ClientIdentifierNotValid, (await ConnectAsync(broker.Port, connect)).ReasonCode);
    }

    public static TheoryData<Action<EmbeddedBrokerOptions>> Unworkable =>
    [
        options => options.Port = null,
        options => options.Listeners = [new BrokerListenerOptions { RequireClientCertificate = true }],
        options => options.MaxPacketSize = 0,
        options => options.ReceiveMaximum = 0,
        options => options.MaxInFlightPerClient = 0,
        options => options.OutboundLimitPerClient = 0,
        options => options.ConnectTimeout = TimeSpan.Zero,
        options => options.MaintenanceInterval = TimeSpan.Zero,
        options => options.KeepAlive = TimeSpan.Zero,
        options => options.KeepAlive = TimeSpan.FromDays(1),
        options => options.Users = [new BrokerUser("a", "1"), new BrokerUser("a", "2")],
        options => options.Users = [new BrokerUser("a", "1") { MayPublish = ["a/#/b"] }],
        options => options.Users = [new BrokerUser("a", "1") { MaySubscribe = ["$share/g/a"] }],
    ];

    [Theory]
    [MemberData(nameof(Unworkable))]
    public void Make_SettingThatCannotWork_IsRefused(Action<EmbeddedBrokerOptions> spoil)
    {
        EmbeddedBrokerOptions options = new();
        options.Validate();
        spoil(options);
        Assert.ThrowsAny<ArgumentException>(() => new EmbeddedBroker(options, TimeProvider.System));
    }

    [Fact]
    public void Covers_AnyFiltersAndName_NeverAllowsMoreThanItself() => Generators.Check(
        from allowed in Generators.Path("a", "b", "$s", "+", "")
        from filter in Generators.Path("a", "b", "$s", "+", "")
        from tails in Gen.Elements("", "/#").Two()
        from name in Generators.Path("a", "b", "$s", "")
        where allowed.Length > 0 && filter.Length > 0 && name.Length > 0
        select (Allowed: allowed + tails.Item1, Filter: filter + tails.Item2, Name: name),
        t =>
        {
            if (AccessRules.Covers(t.Allowed, t.Filter) && MqttTopic.Matches(t.Filter, t.Name))
                Assert.True(MqttTopic.Matches(t.Allowed, t.Name), $"{t}");
            Assert.True(AccessRules.Covers(t.Filter, t.Filter));
        },
        tests: 3000);

    [Theory]
    [InlineData("a/#", "a", true)]
    [InlineData("a/#", "a/+/b", true)]
    [InlineData("a/+", "a/#", false)]
    [InlineData("a/+", "a/+", true)]
    [InlineData("a/b", "a/+", false)]
    [InlineData("#", "$SYS/x", false)]
    [InlineData("#", "+/x", true)]
    [InlineData("$SYS/#", "$SYS/x", true)]
    public void Covers_Cases_Decides(string allowed, string filter, bool covers) =>
        Assert.Equal(covers, AccessRules.Covers(allowed, filter));

    private static ConnectPacket Device(string clientId) => new() { ClientId = clientId, UserName = "device", Password = "d" };

    private static async Task<ConnackPacket> ConnectAsync(int port, ConnectPacket connect)
    {
        using RawPeer peer = await RawPeer.ConnectAsync(port);
        await peer.SendAsync(connect);
        return ConnackPacket.Parse(await peer.ExpectAsync(PacketType.Connack), MqttVersion.V5);
    }
}
