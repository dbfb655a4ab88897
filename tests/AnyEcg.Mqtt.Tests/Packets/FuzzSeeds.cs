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

    public static IEnumerable<byte[]> Packets()
    {
        yield return Generators.Encode(new ConnectPacket
        {
            ClientId = "id",
            UserName = "u",
            Password = "p",
            SessionExpiry = 9,
            ReceiveMaximum = 9,
            MaximumPacketSize = 9,
            Will = Full,
            WillDelay = 9,
        });
        yield return Generators.Encode(new ConnackPacket
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
        });
        yield return Generators.Encode(new OutgoingPublish(Full, 7, true));
        yield return Generators.Encode(new PubackPacket(7, MqttReasonCode.NoMatchingSubscribers));
        yield return Generators.Encode(new SubscribePacket(7, [new("a/+/#"), new("b")]));
        yield return Generators.Encode(new SubackPacket(PacketType.Suback, 7, [MqttReasonCode.GrantedQos1]));
        yield return Generators.Encode(new UnsubscribePacket(7, ["a", "b/#"]));
        yield return Generators.Encode(new DisconnectPacket(MqttReasonCode.ServerBusy, 9));
    }
}
