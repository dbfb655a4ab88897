namespace AnyEcg.Mqtt.Tests;

/// <summary>One rich packet of every type, to mutate.</summary>
internal static class FuzzSeeds
{
    private static readonly MqttMessage Full = Clients.Text("ecg/v1/ward/7/frame", "payload", MqttQos.AtLeastOnce, true) with
    {
        ContentType = "application/json",
        ResponseTopic = "answers",
        CorrelationData = new byte[] { 1, 2, 3 },
        PayloadIsUtf8 = true,
        MessageExpiry = TimeSpan.FromSeconds(60),
        UserProperties = [new("a", "b"), new("c", "d")],
    };

    public static IEnumerable<byte[]> Packets(MqttVersion version)
    {
        byte[] Encode<TPacket>(TPacket packet)
            where TPacket : IOutgoingPacket
            => Generators.Encode(packet, version);
        yield return Encode(new ConnectPacket
        {
            Version = version,
            ClientId = "id",
            UserName = "u",
            Password = "p",
            SessionExpiry = 9,
            ReceiveMaximum = 9,
            MaximumPacketSize = 9,
            Will = Full,
            WillDelay = 9,
            TopicAliasMaximum = 9,
            RequestResponseInformation = true,
            RequestProblemInformation = false,
            AuthenticationMethod = "m",
            AuthenticationData = new byte[] { 1 },
        });
        yield return Encode(new ConnackPacket
        {
            SessionExpiry = 9,
            ReceiveMaximum = 9,
            MaximumQos = 1,
            RetainAvailable = false,
            MaximumPacketSize = 9,
            AssignedClientId = "id",
            ReasonString = "why",
            ServerKeepAlive = 9,
            SharedSubscriptionsAvailable = false,
            SubscriptionIdentifiersAvailable = false,
            WildcardSubscriptionsAvailable = false,
            TopicAliasMaximum = 9,
            ResponseInformation = "r",
            ServerReference = "s",
            AuthenticationMethod = "m",
            AuthenticationData = new byte[] { 1 },
        });
        yield return Encode(new OutgoingPublish(Full, 7, true, new TopicAlias(3, false)));
        yield return Encode(new AckPacket(PacketType.Puback, 7, MqttReasonCode.NoMatchingSubscribers, "why"));
        yield return Encode(new AckPacket(PacketType.Pubrec, 7, MqttReasonCode.NotAuthorized, "why"));
        yield return Encode(new AckPacket(PacketType.Pubrel, 7, MqttReasonCode.PacketIdentifierNotFound, "why"));
        yield return Encode(new AckPacket(PacketType.Pubcomp, 7, MqttReasonCode.PacketIdentifierNotFound, "why"));
        yield return Encode(new SubscribePacket(7, [new("a/+/#"), new("b")], 300));
        yield return Encode(new SubackPacket(PacketType.Suback, 7, [MqttReasonCode.GrantedQos1]));
        yield return Encode(new UnsubscribePacket(7, ["a", "b/#"]));
        yield return Encode(new DisconnectPacket(MqttReasonCode.ServerBusy, 9, "why", "where"));
    }
}
