using FsCheck.Fluent;

namespace AnyEcg.Mqtt.Tests;

public sealed class RoundTripTests
{
    [Fact]
    public void Publish_AnyMessage_ReadsBackTheSame() => Generators.Check(Generators.Message, message =>
    {
        ushort id = message.Qos == MqttQos.AtLeastOnce ? (ushort)4711 : (ushort)0;
        bool duplicate = message.Qos == MqttQos.AtLeastOnce && message.Retain;
        byte[] body = Generators.Body(Generators.Encode(new OutgoingPublish(message, id, duplicate)), out byte header);
        PublishPacket packet = PublishPacket.Parse(header, body);
        Assert.Equal(message.Topic, Generators.Utf8(packet.Topic));
        Assert.True(message.Payload.Span.SequenceEqual(packet.Payload));
        Assert.Equal(
            (message.Qos, message.Retain, duplicate, id, message.PayloadIsUtf8),
            (packet.Qos, packet.Retain, packet.Duplicate, packet.PacketId, packet.PayloadIsUtf8));
        Assert.Equal(message.ContentType ?? "", Generators.Utf8(packet.ContentType));
        Assert.Equal(message.ResponseTopic ?? "", Generators.Utf8(packet.ResponseTopic));
        Assert.True(message.CorrelationData.Span.SequenceEqual(packet.CorrelationData));
        Assert.Equal(message.MessageExpiry, packet.MessageExpiry is { } s ? TimeSpan.FromSeconds(s) : null);
        List<KeyValuePair<string, string>> properties = [];
        foreach (MqttUserProperty property in new MqttUserProperties(packet.Properties))
            properties.Add(new(Generators.Utf8(property.Name), Generators.Utf8(property.Value)));
        Assert.Equal(message.UserProperties, properties);
    });

    [Fact]
    public void Connect_AnyContent_ReadsBackTheSame() => Generators.Check(
        from id in Generators.Text
        from user in Generators.Text.OrNull()
        from password in Generators.Text.OrNull()
        from will in Generators.Message.OrNull()
        from numbers in Gen.Choose(1, 60_000).ArrayOf(4)
        select new ConnectPacket
        {
            ClientId = id,
            CleanStart = numbers[0] % 2 == 0,
            KeepAlive = (ushort)numbers[0],
            UserName = user,
            Password = password,
            SessionExpiry = (uint)numbers[1],
            ReceiveMaximum = (ushort)numbers[2],
            MaximumPacketSize = (uint)numbers[3],
            Will = will,
            WillDelay = will is null ? 0 : (uint)numbers[3],
        },
        sent =>
        {
            ConnectPacket got = ConnectPacket.Parse(Generators.Body(Generators.Encode(sent), out _));
            Assert.Equal(sent with { Will = null }, got with { Will = null });
            Assert.Equal(sent.Will is null, got.Will is null);
            if (sent.Will is { } will)
                AssertSame(will, got.Will!);
        });

    [Fact]
    public void Connack_AnyContent_ReadsBackTheSame() => Generators.Check(
        from text in Generators.Name.OrNull()
        from numbers in Gen.Choose(1, 60_000).ArrayOf(3)
        from flags in Gen.Choose(0, 63)
        select new ConnackPacket
        {
            ReasonCode = (flags & 1) != 0 ? MqttReasonCode.NotAuthorized : MqttReasonCode.Success,
            SessionPresent = (flags & 2) != 0,
            SessionExpiry = (flags & 4) != 0 ? (uint)numbers[0] : null,
            ReceiveMaximum = (ushort)numbers[1],
            MaximumQos = (byte)((flags & 4) != 0 ? 2 : flags & 1),
            RetainAvailable = (flags & 8) != 0,
            MaximumPacketSize = (uint)numbers[2],
            AssignedClientId = text,
            ReasonString = text,
            ServerKeepAlive = (flags & 16) != 0 ? (ushort)numbers[2] : null,
            SubscriptionIdentifiersAvailable = (flags & 16) != 0,
            SharedSubscriptionsAvailable = (flags & 32) != 0,
        },
        sent => Assert.Equal(sent, ConnackPacket.Parse(Generators.Body(Generators.Encode(sent), out _))));

    [Fact]
    public void Subscribe_AnyFilters_ReadsBackTheSame() => Generators.Check(
        Generators.Subscription.NonEmptyListOf(),
        subscriptions =>
        {
            byte[] packet = Generators.Encode(new SubscribePacket(9, [.. subscriptions]));
            SubscribePacket got = SubscribePacket.Parse(Generators.Body(packet, out _));
            Assert.Equal(9, got.PacketId);
            Assert.Equal(subscriptions, got.Subscriptions);
        });

    [Fact]
    public void Unsubscribe_AnyFilters_ReadsBackTheSame() => Generators.Check(
        Generators.Name.NonEmptyListOf(),
        filters =>
        {
            byte[] packet = Generators.Encode(new UnsubscribePacket(77, [.. filters]));
            UnsubscribePacket got = UnsubscribePacket.Parse(Generators.Body(packet, out _));
            Assert.Equal(77, got.PacketId);
            Assert.Equal(filters, got.Filters);
        });

    [Fact]
    public void Answers_AnyCodes_ReadBackTheSame() => Generators.Check(
        from id in Gen.Choose(1, 65_535)
        from code in Gen.Elements(Enum.GetValues<MqttReasonCode>())
        from codes in Gen.Elements(Enum.GetValues<MqttReasonCode>()).NonEmptyListOf()
        from expiry in Gen.Choose(-5, 5)
        select (Id: (ushort)id, Code: code, Codes: codes.ToArray(), Expiry: expiry < 0 ? null : (uint?)expiry),
        t =>
        {
            PubackPacket puback = new(t.Id, t.Code);
            Assert.Equal(puback, PubackPacket.Parse(Generators.Body(Generators.Encode(puback), out _)));
            DisconnectPacket disconnect = new(t.Code, t.Expiry);
            Assert.Equal(disconnect, DisconnectPacket.Parse(Generators.Body(Generators.Encode(disconnect), out _)));
            byte[] suback = Generators.Encode(new SubackPacket(PacketType.Unsuback, t.Id, t.Codes));
            SubackPacket got = SubackPacket.Parse(PacketType.Unsuback, Generators.Body(suback, out byte header));
            Assert.Equal(PacketType.Unsuback, (PacketType)(header >> 4));
            Assert.Equal(t.Id, got.PacketId);
            Assert.Equal(t.Codes, got.ReasonCodes);
        });

    [Fact]
    public void VariableInteger_AnyValue_ReadsBackTheSame() => Generators.Check(
        Gen.Frequency((1, Gen.Choose(0, 20_000)), (1, Gen.Choose(0, (int)VariableInteger.Maximum))),
        value =>
        {
            byte[] bytes = new byte[VariableInteger.Size((uint)value)];
            VariableInteger.Write(bytes, (uint)value);
            Assert.Equal(VariableIntegerStatus.Complete, VariableInteger.TryRead(bytes, out uint got, out int used));
            Assert.Equal(((uint)value, bytes.Length), (got, used));
            Assert.Equal(VariableIntegerStatus.Short, VariableInteger.TryRead(bytes.AsSpan(..^1), out _, out _));
        });

    private static void AssertSame(MqttMessage sent, MqttMessage got)
    {
        MqttMessage Plain(MqttMessage m) => m with { Payload = default, CorrelationData = default, UserProperties = [] };
        Assert.Equal(Plain(sent) with { UserProperties = got.UserProperties }, Plain(got) with { UserProperties = got.UserProperties });
        Assert.True(sent.Payload.Span.SequenceEqual(got.Payload.Span));
        Assert.True(sent.CorrelationData.Span.SequenceEqual(got.CorrelationData.Span));
        Assert.Equal(sent.UserProperties, got.UserProperties);
    }
}
