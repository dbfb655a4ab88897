namespace AnyEcg.Mqtt.Conformance.Tests;

/// <summary>
/// Decodes packets of MQTT 5.0 and 3.1.1 and throws <see cref="WireException"/> at every departure from the format. Written for
/// the tests alone, from the specification, so that it shares no mistake with the codecs of the product.
/// </summary>
internal static class WireDecoder
{
    private static readonly WireType[] ServerOnly =
        [WireType.Connack, WireType.Suback, WireType.Unsuback, WireType.Pingresp];

    private static readonly WireType[] ClientOnly =
        [WireType.Connect, WireType.Subscribe, WireType.Unsubscribe, WireType.Pingreq];

    /// <param name="header">First byte.</param>
    /// <param name="body">What follows the remaining length.</param>
    /// <param name="level">5, or 4 for 3.1.1; of no matter for a CONNECT, which names its own.</param>
    /// <param name="fromClient">Who sent it.</param>
    public static WirePacket Decode(byte header, ReadOnlySpan<byte> body, int level, bool fromClient)
    {
        WireType type = (WireType)(header >> 4);
        int flags = header & 15;
        if ((fromClient ? ServerOnly : ClientOnly).Contains(type) || type == WireType.Will)
            throw new WireException($"{type} from the wrong side");
        int expected = type is WireType.Pubrel or WireType.Subscribe or WireType.Unsubscribe ? 2 : 0;
        if (type != WireType.Publish && flags != expected)
            throw new WireException($"flags {flags} in {type}");
        WireReader reader = new(body);
        WirePacket packet = type switch
        {
            WireType.Connect => Connect(ref reader),
            WireType.Connack => Connack(ref reader, level),
            WireType.Publish => Publish(ref reader, flags, level, fromClient),
            WireType.Subscribe => Subscribe(ref reader, level),
            WireType.Unsubscribe => Unsubscribe(ref reader, level),
            WireType.Suback or WireType.Unsuback => Answer(ref reader, type, level),
            WireType.Pingreq or WireType.Pingresp => new WirePing(type),
            WireType.Disconnect => Disconnect(ref reader, level, fromClient),
            WireType.Auth => Auth(ref reader, level, fromClient),
            _ => Ack(ref reader, type, level, fromClient),
        };
        reader.End();
        return packet with { Flags = flags };
    }

    private static WireConnect Connect(ref WireReader reader)
    {
        if (reader.Text() != "MQTT")
            throw new WireException("the protocol's name");
        int level = reader.Byte();
        if (level is not (4 or 5))
            throw new WireException($"level {level}");
        int flags = reader.Byte();
        if ((flags & 1) != 0)
            throw new WireException("the reserved connect flag");
        int keepAlive = reader.Two();
        IReadOnlyList<WireProperty> properties = Properties(ref reader, WireType.Connect, level, true);
        string id = reader.Text();
        WireWill? will = Will(ref reader, flags, level);
        bool hasUser = (flags & 0x80) != 0;
        if (level == 4 && !hasUser && (flags & 0x40) != 0)
            throw new WireException("a password without a user name");
        string? user = hasUser ? reader.Text() : null;
        byte[]? password = (flags & 0x40) != 0 ? reader.Data() : null;
        return new WireConnect(level, id, (flags & 2) != 0)
        {
            KeepAlive = keepAlive,
            Will = will,
            UserName = user,
            Password = password,
            ConnectFlags = flags,
            Properties = properties,
        };
    }

    private static WireWill? Will(ref WireReader reader, int flags, int level)
    {
        int qos = (flags >> 3) & 3;
        if ((flags & 4) == 0)
            return (flags & 0x38) == 0 ? null : throw new WireException("Will bits without a Will");
        if (qos == 3)
            throw new WireException("a Will at QoS 3");
        IReadOnlyList<WireProperty> properties = Properties(ref reader, WireType.Will, level, true);
        string topic = Topic(reader.Text());
        return new WireWill(topic, reader.Data(), qos, (flags & 0x20) != 0, properties);
    }

    private static WireConnack Connack(ref WireReader reader, int level)
    {
        int flags = reader.Byte();
        if (flags > 1)
            throw new WireException("reserved CONNACK flags");
        int reason = WireReasons.Check(reader.Byte(), WireType.Connack, level, false);
        if (flags == 1 && reason != 0)
            throw new WireException("session present in a refusal");
        return new WireConnack(reason, flags == 1) { Properties = Properties(ref reader, WireType.Connack, level, false) };
    }

    private static WirePublish Publish(ref WireReader reader, int flags, int level, bool fromClient)
    {
        int qos = (flags >> 1) & 3;
        bool duplicate = (flags & 8) != 0;
        if (qos == 3 || (qos == 0 && duplicate))
            throw new WireException($"PUBLISH flags {flags}");
        string topic = reader.Text();
        int id = qos > 0 ? Id(ref reader) : 0;
        IReadOnlyList<WireProperty> properties = Properties(ref reader, WireType.Publish, level, fromClient);
        if (topic.Length > 0 || !properties.Any(p => p.Id == WireProperties.TopicAlias))
            Topic(topic);
        return new WirePublish(topic, reader.Rest(), qos, id)
        {
            Duplicate = duplicate,
            Retain = (flags & 1) != 0,
            Properties = properties,
        };
    }

    private static WireAck Ack(ref WireReader reader, WireType type, int level, bool fromClient)
    {
        int id = Id(ref reader);
        if (level < 5 || reader.AtEnd)
            return new WireAck(type, id);
        int reason = WireReasons.Check(reader.Byte(), type, level, fromClient);
        return new WireAck(type, id, reason) { Properties = TailProperties(ref reader, type, fromClient) };
    }

    private static WireSubscribe Subscribe(ref WireReader reader, int level)
    {
        int id = Id(ref reader);
        IReadOnlyList<WireProperty> properties = Properties(ref reader, WireType.Subscribe, level, true);
        List<WireFilter> filters = [];
        while (!reader.AtEnd)
        {
            string filter = Filter(reader.Text());
            int options = reader.Byte();
            bool shared = filter.StartsWith("$share/", StringComparison.Ordinal);
            if ((options & (level < 5 ? 0xFC : 0xC0)) != 0 || (options & 3) == 3 || (options >> 4) == 3 || (shared && (options & 4) != 0))
                throw new WireException($"subscription options {options:X2}");
            filters.Add(new WireFilter(filter, options));
        }

        return filters.Count == 0 ? throw new WireException("no filter") : new WireSubscribe(id, filters) { Properties = properties };
    }

    private static WireUnsubscribe Unsubscribe(ref WireReader reader, int level)
    {
        int id = Id(ref reader);
        IReadOnlyList<WireProperty> properties = Properties(ref reader, WireType.Unsubscribe, level, true);
        List<string> filters = [];
        while (!reader.AtEnd)
            filters.Add(Filter(reader.Text()));
        return filters.Count == 0 ? throw new WireException("no filter") : new WireUnsubscribe(id, filters) { Properties = properties };
    }

    private static WireAnswer Answer(ref WireReader reader, WireType type, int level)
    {
        int id = Id(ref reader);
        IReadOnlyList<WireProperty> properties = Properties(ref reader, type, level, false);
        List<int> reasons = [];
        while (!reader.AtEnd && (level == 5 || type == WireType.Suback))
            reasons.Add(WireReasons.Check(reader.Byte(), type, level, false));
        return new WireAnswer(type, id, reasons) { Properties = properties };
    }

    private static WireDisconnect Disconnect(ref WireReader reader, int level, bool fromClient)
    {
        if (level < 5 && !fromClient)
            throw new WireException("DISCONNECT from a 3.1.1 server");
        if (level < 5 || reader.AtEnd)
            return new WireDisconnect();
        int reason = WireReasons.Check(reader.Byte(), WireType.Disconnect, level, fromClient);
        return new WireDisconnect(reason) { Properties = TailProperties(ref reader, WireType.Disconnect, fromClient) };
    }

    private static WireAuth Auth(ref WireReader reader, int level, bool fromClient)
    {
        if (level < 5)
            throw new WireException("AUTH in 3.1.1");
        int reason = reader.AtEnd ? 0 : reader.Byte();
        WireReasons.Check(reason, WireType.Auth, level, fromClient);
        return new WireAuth(reason) { Properties = TailProperties(ref reader, WireType.Auth, fromClient) };
    }

    private static List<WireProperty> TailProperties(ref WireReader reader, WireType type, bool fromClient) =>
        reader.AtEnd ? [] : reader.Properties(type, fromClient);

    private static List<WireProperty> Properties(ref WireReader reader, WireType type, int level, bool fromClient) =>
        level < 5 ? [] : reader.Properties(type, fromClient);

    private static int Id(ref WireReader reader) => reader.Two() is > 0 and int id ? id : throw new WireException("packet id 0");

    private static string Topic(string topic) => topic.Length == 0 || topic.AsSpan().IndexOfAny('+', '#') >= 0
        ? throw new WireException($"topic '{topic}'")
        : topic;

    private static string Filter(string filter)
    {
        string[] levels = filter.Split('/');
        bool isShared = filter.StartsWith("$share/", StringComparison.Ordinal);
        bool misplaced = levels.Where((level, i) => (level.Contains('#', StringComparison.Ordinal) && (level != "#" || i < levels.Length - 1))
            || (level.Contains('+', StringComparison.Ordinal) && level != "+")).Any();
        bool badShare = isShared && (levels.Length < 3 || levels[1].Length == 0 || levels[1] == "+" || (levels.Length == 3 && levels[2].Length == 0));
        return filter.Length == 0 || misplaced || badShare ? throw new WireException($"filter '{filter}'") : filter;
    }
}
