using FsCheck.Fluent;

namespace AnyEcg.Mqtt.Tests;

public sealed class RoundTripTests
{
    [Fact]
    public void Publish_AnyMessage_ReadsBackTheSame() => Generators.Check(Generators.Message, message =>
    {
        ushort id = message.Qos == MqttQos.AtMostOnce ? (ushort)0 : (ushort)4711;
        bool duplicate = message.Qos != MqttQos.AtMostOnce && message.Retain;
        byte[] body = Generators.Body(Generators.Encode(new OutgoingPublish(message, id, duplicate)), out byte header);
        PublishPacket packet = PublishPacket.Parse(header, body, MqttVersion.V5);
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
    public void Publish_Version311_KeepsAllButTheProperties() => Generators.Check(Generators.Message, message =>
    {
        ushort id = message.Qos == MqttQos.AtMostOnce ? (ushort)0 : (ushort)4711;
        byte[] packet = Generators.Encode(new OutgoingPublish(message, id, false), MqttVersion.V311);
        PublishPacket got = PublishPacket.Parse(packet[0], Generators.Body(packet, out _), MqttVersion.V311);
        Assert.Equal(message.Topic, Generators.Utf8(got.Topic));
        Assert.True(message.Payload.Span.SequenceEqual(got.Payload));
        Assert.Equal((message.Qos, message.Retain, id), (got.Qos, got.Retain, got.PacketId));
        Assert.True(got.Properties.IsEmpty && got.ContentType.IsEmpty && got.ResponseTopic.IsEmpty && got.CorrelationData.IsEmpty);
    });

    [Theory]
    [InlineData("00 01 61 00 78", 0)]
    [InlineData("00 01 61 02 0B 01 78", 1)]
    [InlineData("00 01 61 0B 0B 01 26 00 01 61 00 00 0B 80 01 78", 2)]
    public void Publish_SubscriptionIdentifiers_AreCounted(string hex, int count)
    {
        byte[] body = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal(count, PublishPacket.Parse(0x30, body, MqttVersion.V5).SubscriptionIds);
    }

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
            TopicAliasMaximum = (ushort)numbers[0],
            RequestResponseInformation = numbers[1] % 2 == 0,
            RequestProblemInformation = numbers[2] % 2 == 0,
            AuthenticationMethod = user,
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
    public void Connect_Version311_KeepsAllButTheProperties() => Generators.Check(
        from id in Generators.Text
        from user in Generators.Text.OrNull()
        from will in Generators.Message.OrNull()
        from keepAlive in Gen.Choose(0, 60_000)
        select new ConnectPacket
        {
            Version = MqttVersion.V311,
            ClientId = id,
            CleanStart = keepAlive % 2 == 0,
            SessionExpiry = keepAlive % 2 == 0 ? 0 : uint.MaxValue,
            KeepAlive = (ushort)keepAlive,
            UserName = user,
            Password = user,
            Will = will,
        },
        sent =>
        {
            ConnectPacket got = ConnectPacket.Parse(Generators.Body(Generators.Encode(sent), out _));
            Assert.Equal(sent with { Will = null }, got with { Will = null });
            Assert.Equal(sent.Will is null, got.Will is null);
            if (sent.Will is { } will)
                AssertSame(Bare(will), got.Will!);
        });

    [Theory]
    [InlineData("00 04 4D 51 54 54 05 02", MqttVersion.V5)]
    [InlineData("00 04 4D 51 54 54 06 02", MqttVersion.V5)]
    [InlineData("00 04 4D 51 54 54 04 02", MqttVersion.V311)]
    [InlineData("00 06 4D 51 49 73 64 70 03", MqttVersion.V311)]
    [InlineData("00 06 4D", MqttVersion.V5)]
    [InlineData("", MqttVersion.V5)]
    public void AnswerVersion_AnyConnect_IsOneTheClientUnderstands(string hex, MqttVersion version) =>
        Assert.Equal(version, ConnectPacket.AnswerVersion(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal))));

    [Theory]
    [InlineData(0, MqttReasonCode.Success)]
    [InlineData(1, MqttReasonCode.UnsupportedProtocolVersion)]
    [InlineData(2, MqttReasonCode.ClientIdentifierNotValid)]
    [InlineData(3, MqttReasonCode.ServerUnavailable)]
    [InlineData(4, MqttReasonCode.BadUserNameOrPassword)]
    [InlineData(5, MqttReasonCode.NotAuthorized)]
    public void Connack_ReturnCodeOfVersion311_BecomesItsReason(byte code, MqttReasonCode reason)
    {
        Assert.Equal(reason, ConnackPacket.Parse([0, code], MqttVersion.V311).ReasonCode);
        byte[] back = Generators.Body(Generators.Encode(new ConnackPacket { ReasonCode = reason }, MqttVersion.V311), out _);
        Assert.Equal<byte>([0, code], back);
        if (code != 0)
            Assert.Equal(reason, ConnackPacket.Parse([0, code], MqttVersion.V5).ReasonCode);
    }

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
            WildcardSubscriptionsAvailable = (flags & 32) != 0,
            TopicAliasMaximum = (ushort)numbers[0],
            ResponseInformation = text,
            ServerReference = text,
            AuthenticationMethod = text,
        },
        sent => Assert.Equal(sent, ConnackPacket.Parse(Generators.Body(Generators.Encode(sent), out _), MqttVersion.V5)));

    [Fact]
    public void Subscribe_AnyFilters_ReadsBackTheSame() => Generators.Check(
        Generators.Subscription.NonEmptyListOf(),
        subscriptions =>
        {
            byte[] packet = Generators.Encode(new SubscribePacket(9, [.. subscriptions]));
            SubscribePacket got = SubscribePacket.Parse(Generators.Body(packet, out _), MqttVersion.V5);
            Assert.Equal(9, got.PacketId);
            Assert.Equal(subscriptions, got.Subscriptions);
            packet = Generators.Encode(new SubscribePacket(9, [.. subscriptions]), MqttVersion.V311);
            got = SubscribePacket.Parse(Generators.Body(packet, out _), MqttVersion.V311);
            Assert.Equal(subscriptions.Select(s => new MqttSubscription(s.Filter, s.Qos)), got.Subscriptions);
        });

    [Fact]
    public void Unsubscribe_AnyFilters_ReadsBackTheSame() => Generators.Check(
        Generators.Name.NonEmptyListOf(),
        filters =>
        {
            byte[] packet = Generators.Encode(new UnsubscribePacket(77, [.. filters]));
            UnsubscribePacket got = UnsubscribePacket.Parse(Generators.Body(packet, out _), MqttVersion.V5);
            Assert.Equal(77, got.PacketId);
            Assert.Equal(filters, got.Filters);
        });

    [Fact]
    public void Answers_AnyCodes_ReadBackTheSame() => Generators.Check(
        from id in Gen.Choose(1, 65_535)
        from code in Gen.Elements(Enum.GetValues<MqttReasonCode>())
        from codes in Gen.Elements(Enum.GetValues<MqttReasonCode>()).NonEmptyListOf()
        from expiry in Gen.Choose(-5, 5)
        from text in Generators.Text.OrNull()
        from type in Gen.Elements(PacketType.Puback, PacketType.Pubrec, PacketType.Pubrel, PacketType.Pubcomp)
        select (Id: (ushort)id, Code: code, Codes: codes.ToArray(), Expiry: expiry < 0 ? null : (uint?)expiry, Text: text, Type: type),
        t =>
        {
            AckPacket ack = new(t.Type, t.Id, t.Code, t.Text);
            Assert.Equal(ack, AckPacket.Parse(t.Type, Generators.Body(Generators.Encode(ack), out _), MqttVersion.V5));
            byte[] old = Generators.Body(Generators.Encode(ack, MqttVersion.V311), out _);
            Assert.Equal(new AckPacket(t.Type, t.Id), AckPacket.Parse(t.Type, old, MqttVersion.V311));
            DisconnectPacket disconnect = new(t.Code, t.Expiry, t.Text, t.Text);
            Assert.Equal(disconnect, DisconnectPacket.Parse(Generators.Body(Generators.Encode(disconnect), out _), MqttVersion.V5));
            byte[] suback = Generators.Encode(new SubackPacket(PacketType.Unsuback, t.Id, t.Codes, t.Text));
            SubackPacket got = SubackPacket.Parse(PacketType.Unsuback, Generators.Body(suback, out byte header), MqttVersion.V5);
            Assert.Equal(PacketType.Unsuback, (PacketType)(header >> 4));
            Assert.Equal(t.Id, got.PacketId);
            Assert.Equal(t.Codes, got.ReasonCodes);
            Assert.Equal(t.Text, got.ReasonString);
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

    private static MqttMessage Bare(MqttMessage message) => new()
    {
        Topic = message.Topic,
        Payload = message.Payload,
        Qos = message.Qos,
        Retain = message.Retain,
    };

    private static void AssertSame(MqttMessage sent, MqttMessage got)
    {
        MqttMessage Plain(MqttMessage m) => m with { Payload = default, CorrelationData = default, UserProperties = [] };
        Assert.Equal(Plain(sent) with { UserProperties = got.UserProperties }, Plain(got) with { UserProperties = got.UserProperties });
        Assert.True(sent.Payload.Span.SequenceEqual(got.Payload.Span));
        Assert.True(sent.CorrelationData.Span.SequenceEqual(got.CorrelationData.Span));
        Assert.Equal(sent.UserProperties, got.UserProperties);
    }
}
