using FsCheck.Fluent;

namespace AnyEcg.Mqtt.Tests;

public sealed class SharedSubscriptionTests
{
    private static readonly MqttSubscription Shared = new("$share/g/t", MqttQos.ExactlyOnce);

    [Fact]
    public async Task Publish_SeveralMembers_GoesToEachInTurnAndToOthersToo()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        using RawPeer a = await QosTwoTests.SubscribeAsync(broker.Port, new ConnectPacket { ClientId = "a" }, Shared);
        using RawPeer b = await QosTwoTests.SubscribeAsync(broker.Port, new ConnectPacket { ClientId = "b" }, Shared, new MqttSubscription("t"));
        using RawPeer otherGroup = await QosTwoTests.SubscribeAsync(broker.Port, new ConnectPacket { ClientId = "c" }, Shared with { Filter = "$share/h/#" });
        await using MqttConnection publisher = await Clients.ConnectAsync(broker.Port, "p");
        foreach (string text in new[] { "1", "2", "3", "4" })
            await publisher.PublishAsync("t", text, MqttQos.AtMostOnce);
        Assert.Equal(["1", "3"], await TakeAsync(a, 2));
        Assert.Equal(["1", "2", "2", "3", "4", "4"], await TakeAsync(b, 6));
        Assert.Equal(["1", "2", "3", "4"], await TakeAsync(otherGroup, 4));
    }

    [Fact]
    public async Task Publish_MembersAway_GoesToTheConnectedOnes()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        ConnectPacket away = new() { ClientId = "away", SessionExpiry = 1000 };
        using RawPeer here = await QosTwoTests.SubscribeAsync(broker.Port, new ConnectPacket { ClientId = "here", SessionExpiry = 1000 }, Shared);
        (await QosTwoTests.SubscribeAsync(broker.Port, away, Shared)).Dispose();
        await Budget.UntilAsync(() => broker.Core.Links().Length == 1);
        await using MqttConnection publisher = await Clients.ConnectAsync(broker.Port, "p");
        for (int i = 0; i < 4; i++)
            await publisher.PublishAsync("t", $"{i}");
        Assert.Equal(4, broker.PendingOf("here"));
        here.Dispose();
        await Budget.UntilAsync(() => broker.Core.Links().Length == 1);
        await publisher.PublishAsync("t", "all away");
        await publisher.PublishAsync("t", "still");
        Assert.Equal((5, 1), (broker.PendingOf("here"), broker.PendingOf("away")));
    }

    [Fact]
    public async Task SessionEnd_MessagesNotCompleted_GoToAnotherMember()
    {
        FakeTime time = new();
        await using EmbeddedBroker broker = await Clients.BrokerAsync(time: time);
        using RawPeer gone = await QosTwoTests.SubscribeAsync(
            broker.Port, new ConnectPacket { ClientId = "gone", SessionExpiry = 10, ReceiveMaximum = 2 }, Shared);
        using RawPeer publisher = await RawPeer.LogInAsync(broker.Port, new ConnectPacket { ClientId = "p", SessionExpiry = 0 });
        await PublishAsync(publisher, "begun at 2", MqttQos.ExactlyOnce);
        await PublishAsync(publisher, "begun at 1", MqttQos.AtLeastOnce);
        await PublishAsync(publisher, "waiting at 2", MqttQos.ExactlyOnce);
        await PublishAsync(publisher, "waiting at 1", MqttQos.AtLeastOnce);
        Assert.Equal(["begun at 2", "begun at 1"], await TakeAsync(gone, 2));
        using RawPeer heir = await QosTwoTests.SubscribeAsync(broker.Port, new ConnectPacket { ClientId = "heir" }, Shared);
        gone.Dispose();
        await Budget.UntilAsync(() => broker.Core.Links().Length == 2);
        time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(["begun at 1", "waiting at 2", "waiting at 1"], await TakeAsync(heir, 3));
        BrokerCounters counters = broker.Counters;
        Assert.Equal(2, counters.DeliveriesMoved);
        Assert.Equal(counters.DeliveriesMatched, counters.DeliveriesSent + counters.DeliveriesMoved);
    }

    [Fact]
    public async Task Subscribe_Shared_GetsNothingRetained()
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        await using MqttConnection publisher = await Clients.ConnectAsync(broker.Port, "p");
        await publisher.PublishAsync("t", "kept", MqttQos.AtLeastOnce, retain: true);
        using RawPeer member = await QosTwoTests.SubscribeAsync(broker.Port, new ConnectPacket { ClientId = "m" }, Shared);
        await publisher.PublishAsync("t", "live", MqttQos.AtMostOnce);
        Assert.Equal(["live"], await TakeAsync(member, 1));
    }

    [Theory]
    [InlineData("$share/g", MqttReasonCode.TopicFilterInvalid)]
    [InlineData("$share/g/t", MqttReasonCode.GrantedQos1)]
    [InlineData("$share//t", MqttReasonCode.TopicFilterInvalid)]
    [InlineData("$share/g/", MqttReasonCode.TopicFilterInvalid)]
    [InlineData("$share/g+/t", MqttReasonCode.TopicFilterInvalid)]
    [InlineData("$share/g/#/t", MqttReasonCode.TopicFilterInvalid)]
    public async Task Subscribe_FormOfTheFilter_Decides(string filter, MqttReasonCode expected)
    {
        await using EmbeddedBroker broker = await Clients.BrokerAsync();
        using RawPeer peer = await RawPeer.LogInAsync(broker.Port, new ConnectPacket { ClientId = "c" });
        await peer.SendAsync(new SubscribePacket(1, [new MqttSubscription(filter)]));
        SubackPacket suback = SubackPacket.Parse(PacketType.Suback, await peer.ExpectAsync(PacketType.Suback), MqttVersion.V5);
        Assert.Equal([expected], suback.ReasonCodes);
        await peer.SendAsync(new UnsubscribePacket(2, [filter]));
        SubackPacket unsuback = SubackPacket.Parse(PacketType.Unsuback, await peer.ExpectAsync(PacketType.Unsuback), MqttVersion.V5);
        bool held = expected < MqttReasonCode.UnspecifiedError;
        Assert.Equal([held ? MqttReasonCode.Success : MqttReasonCode.NoSubscriptionExisted], unsuback.ReasonCodes);
    }

    /// <summary>Whatever comes and goes: every message has exactly one taker while there are members, and the turns are fair.</summary>
    [Fact]
    public void Group_MembersComeAndGo_EveryMessageHasOneTaker() => Generators.Check(
        Gen.Choose(0, 9).ListOf(60),
        steps =>
        {
            BrokerContext context = new(new EmbeddedBrokerOptions(), TimeProvider.System);
            BrokerSession[] sessions = [.. Enumerable.Range(0, 3).Select(i => new BrokerSession($"{i}", null, context))];
            HashSet<BrokerSession> members = [];
            SharedGroup group = new();
            StoredMessage message = StoredMessage.From(Clients.Text("t", "x"), TimeProvider.System);
            foreach (int step in steps)
            {
                BrokerSession session = sessions[step % 3];
                if (step < 3 && members.Add(session))
                    group.Set(session, Shared);
                else if (step == 3 && members.Remove(session))
                    Assert.True(group.Remove(session));
                int before = sessions.Sum(s => s.Pending);
                Assert.Equal(members.Count > 0, group.TryDeliver(message));
                Assert.Equal(before + (members.Count > 0 ? 1 : 0), sessions.Sum(s => s.Pending));
            }

            int[] had = [.. sessions.Select(s => s.Pending)];
            for (int i = 0; i < 5 * members.Count; i++)
                group.TryDeliver(message);
            Assert.All(sessions.Zip(had), pair => Assert.Equal(members.Contains(pair.First) ? 5 : 0, pair.First.Pending - pair.Second));
        });

    private static async Task PublishAsync(RawPeer publisher, string text, MqttQos qos)
    {
        ushort id = (ushort)(1 + text.Length);
        await publisher.SendAsync(new OutgoingPublish(Clients.Text("t", text, qos), id, false));
        await publisher.ExpectAsync(qos == MqttQos.ExactlyOnce ? PacketType.Pubrec : PacketType.Puback);
        if (qos != MqttQos.ExactlyOnce)
            return;
        await publisher.SendAsync(new AckPacket(PacketType.Pubrel, id));
        await publisher.ExpectAsync(PacketType.Pubcomp);
    }

    private static async Task<List<string>> TakeAsync(RawPeer peer, int count)
    {
        List<string> texts = [];
        while (texts.Count < count)
            texts.Add(Generators.Utf8((await peer.ExpectPublishAsync()).Payload));
        return texts;
    }
}
