namespace AnyEcg.Mqtt.Tests;

/// <summary>Packets written out by hand from the tables of the standard.</summary>
public sealed class GoldenBytesTests
{
    [Fact]
    public void Connect_WithUserAndSession_HasTheStandardsBytes() => AssertBytes(
        "10 1F 00 04 4D 51 54 54 05 C2 00 1E 0A 11 00 00 0E 10 27 00 10 00 00 00 02 69 64 00 01 75 00 01 70",
        new ConnectPacket
        {
            ClientId = "id",
            CleanStart = true,
            KeepAlive = 30,
            SessionExpiry = 3600,
            MaximumPacketSize = 1 << 20,
            UserName = "u",
            Password = "p",
        });

    [Fact]
    public void Connect_WithWill_HasTheStandardsBytes() => AssertBytes(
        "10 1E 00 04 4D 51 54 54 05 2C 00 00 00 00 01 63 05 18 00 00 00 05 00 03 77 2F 74 00 03 62 79 65",
        new ConnectPacket
        {
            ClientId = "c",
            Will = Clients.Text("w/t", "bye", MqttQos.AtLeastOnce, retain: true),
            WillDelay = 5,
        });

    [Fact]
    public void Connack_WithLimits_HasTheStandardsBytes() => AssertBytes(
        "20 0B 01 00 08 21 00 14 24 01 13 00 3C",
        new ConnackPacket { SessionPresent = true, ReceiveMaximum = 20, MaximumQos = 1, ServerKeepAlive = 60 });

    [Fact]
    public void Publish_Qos1WithProperties_HasTheStandardsBytes() => AssertBytes(
        "3B 18 00 03 61 2F 62 00 0A 0D 01 01 03 00 01 6A 26 00 01 6B 00 01 76 68 69 21",
        new OutgoingPublish(
            Clients.Text("a/b", "hi!", MqttQos.AtLeastOnce, retain: true) with
            {
                PayloadIsUtf8 = true,
                ContentType = "j",
                UserProperties = [new("k", "v")],
            },
            10,
            true));

    [Fact]
    public void Subscribe_AllOptions_HasTheStandardsBytes() => AssertBytes(
        "82 09 00 0A 00 00 03 61 2F 23 1D",
        new SubscribePacket(10, [new("a/#", MqttQos.AtLeastOnce, MqttRetainHandling.OnlyIfNew, true, true)]));

    [Fact]
    public void SmallPackets_HaveTheStandardsBytes()
    {
        AssertBytes("40 02 12 34", new AckPacket(PacketType.Puback, 0x1234));
        AssertBytes("40 03 12 34 10", new AckPacket(PacketType.Puback, 0x1234, MqttReasonCode.NoMatchingSubscribers));
        AssertBytes("50 02 12 34", new AckPacket(PacketType.Pubrec, 0x1234));
        AssertBytes("62 02 12 34", new AckPacket(PacketType.Pubrel, 0x1234));
        AssertBytes("62 03 12 34 92", new AckPacket(PacketType.Pubrel, 0x1234, MqttReasonCode.PacketIdentifierNotFound));
        AssertBytes("70 02 12 34", new AckPacket(PacketType.Pubcomp, 0x1234));
        AssertBytes("40 09 12 34 87 05 1F 00 02 6E 6F", new AckPacket(PacketType.Puback, 0x1234, MqttReasonCode.NotAuthorized, "no"));
        AssertBytes("A2 06 00 07 00 00 01 61", new UnsubscribePacket(7, ["a"]));
        AssertBytes("90 05 00 0A 00 01 87", new SubackPacket(PacketType.Suback, 10, [MqttReasonCode.GrantedQos1, MqttReasonCode.NotAuthorized]));
        AssertBytes("C0 00", new PingPacket(PacketType.Pingreq));
        AssertBytes("D0 00", new PingPacket(PacketType.Pingresp));
        AssertBytes("E0 00", new DisconnectPacket(MqttReasonCode.Success));
        AssertBytes("E0 02 95 00", new DisconnectPacket(MqttReasonCode.PacketTooLarge));
        AssertBytes("E0 07 00 05 11 00 00 00 00", new DisconnectPacket(MqttReasonCode.Success, 0));
        AssertBytes("E0 06 9D 04 1C 00 01 62", new DisconnectPacket(MqttReasonCode.ServerMoved, ServerReference: "b"));
    }

    [Fact]
    public void Publish_TopicAlias_ReplacesTheKnownName()
    {
        MqttMessage message = Clients.Text("a/b", "x", MqttQos.AtMostOnce);
        AssertBytes("30 0A 00 03 61 2F 62 03 23 00 07 78", new OutgoingPublish(message, 0, false, new TopicAlias(7, false)));
        AssertBytes("30 07 00 00 03 23 00 07 78", new OutgoingPublish(message, 0, false, new TopicAlias(7, true)));
    }

    [Fact]
    public void Subscribe_Identifier_HasTheStandardsBytes() => AssertBytes(
        "82 0B 00 0A 04 0B 80 80 01 00 01 61 02",
        new SubscribePacket(10, [new("a", MqttQos.ExactlyOnce)], 16_384));

    [Fact]
    public void Connack_AllItOffers_HasTheStandardsBytes() => AssertBytes(
        "20 14 00 00 11 22 00 0A 28 00 29 00 2A 00 12 00 01 69 1A 00 01 72",
        new ConnackPacket
        {
            TopicAliasMaximum = 10,
            WildcardSubscriptionsAvailable = false,
            SubscriptionIdentifiersAvailable = false,
            SharedSubscriptionsAvailable = false,
            AssignedClientId = "i",
            ResponseInformation = "r",
        });

    [Fact]
    public void Version311_HasNoPropertiesAndNoReasons()
    {
        MqttMessage message = Clients.Text("a/b", "hi!", MqttQos.ExactlyOnce) with { ContentType = "j", UserProperties = [new("k", "v")] };
        AssertBytes311(
            "10 1E 00 04 4D 51 54 54 04 F6 00 1E 00 02 69 64 00 03 61 2F 62 00 03 68 69 21 00 01 75 00 01 70",
            new ConnectPacket
            {
                Version = MqttVersion.V311,
                ClientId = "id",
                CleanStart = true,
                KeepAlive = 30,
                SessionExpiry = 5,
                ReceiveMaximum = 5,
                Will = message with { Retain = true },
                WillDelay = 5,
                UserName = "u",
                Password = "p",
            });
        AssertBytes311("20 02 01 00", new ConnackPacket { SessionPresent = true, ReceiveMaximum = 5, AssignedClientId = "i" });
        AssertBytes311("20 02 00 05", new ConnackPacket { ReasonCode = MqttReasonCode.NotAuthorized, ReasonString = "no" });
        AssertBytes311("3C 0A 00 03 61 2F 62 00 0A 68 69 21", new OutgoingPublish(message, 10, true));
        AssertBytes311("40 02 12 34", new AckPacket(PacketType.Puback, 0x1234, MqttReasonCode.NotAuthorized, "no"));
        AssertBytes311("62 02 12 34", new AckPacket(PacketType.Pubrel, 0x1234));
        AssertBytes311("82 06 00 0A 00 01 61 02", new SubscribePacket(10, [new("a", MqttQos.ExactlyOnce, MqttRetainHandling.Never, true, true)], 7));
        AssertBytes311("90 04 00 0A 01 80", new SubackPacket(PacketType.Suback, 10, [MqttReasonCode.GrantedQos1, MqttReasonCode.NotAuthorized]));
        AssertBytes311("A2 05 00 07 00 01 61", new UnsubscribePacket(7, ["a"]));
        AssertBytes311("B0 02 00 07", new SubackPacket(PacketType.Unsuback, 7, [MqttReasonCode.Success]));
        AssertBytes311("E0 00", new DisconnectPacket(MqttReasonCode.ServerBusy, 9));
    }

    private static void AssertBytes<TPacket>(string expected, TPacket packet, MqttVersion version = MqttVersion.V5)
        where TPacket : IOutgoingPacket
        => Assert.Equal(expected, BitConverter.ToString(Generators.Encode(packet, version)).Replace('-', ' '));

    private static void AssertBytes311<TPacket>(string expected, TPacket packet)
        where TPacket : IOutgoingPacket
        => AssertBytes(expected, packet, MqttVersion.V311);
}
