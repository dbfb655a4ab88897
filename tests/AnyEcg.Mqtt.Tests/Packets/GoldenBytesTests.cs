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
        AssertBytes("40 02 12 34", new PubackPacket(0x1234));
        AssertBytes("40 03 12 34 10", new PubackPacket(0x1234, MqttReasonCode.NoMatchingSubscribers));
        AssertBytes("A2 06 00 07 00 00 01 61", new UnsubscribePacket(7, ["a"]));
        AssertBytes("90 05 00 0A 00 01 87", new SubackPacket(PacketType.Suback, 10, [MqttReasonCode.GrantedQos1, MqttReasonCode.NotAuthorized]));
        AssertBytes("C0 00", new PingPacket(PacketType.Pingreq));
        AssertBytes("D0 00", new PingPacket(PacketType.Pingresp));
        AssertBytes("E0 00", new DisconnectPacket(MqttReasonCode.Success));
        AssertBytes("E0 02 95 00", new DisconnectPacket(MqttReasonCode.PacketTooLarge));
        AssertBytes("E0 07 00 05 11 00 00 00 00", new DisconnectPacket(MqttReasonCode.Success, 0));
    }

    private static void AssertBytes<TPacket>(string expected, TPacket packet)
        where TPacket : IOutgoingPacket
        => Assert.Equal(expected, BitConverter.ToString(Generators.Encode(packet)).Replace('-', ' '));
}
