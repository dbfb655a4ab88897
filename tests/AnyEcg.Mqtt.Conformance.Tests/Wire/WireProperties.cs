namespace AnyEcg.Mqtt.Conformance.Tests;

internal enum WireKind
{
    Byte,
    Two,
    Four,
    Variable,
    Text,
    Data,
    Pair,
}

/// <summary>Which property may stand where, and how it is written (MQTT 5.0, table 2-4).</summary>
internal static class WireProperties
{
    public const int PayloadFormat = 0x01;
    public const int MessageExpiry = 0x02;
    public const int ContentType = 0x03;
    public const int ResponseTopic = 0x08;
    public const int CorrelationData = 0x09;
    public const int SubscriptionIdentifier = 0x0B;
    public const int SessionExpiry = 0x11;
    public const int AssignedClientId = 0x12;
    public const int ServerKeepAlive = 0x13;
    public const int AuthenticationMethod = 0x15;
    public const int AuthenticationData = 0x16;
    public const int RequestProblemInformation = 0x17;
    public const int WillDelay = 0x18;
    public const int RequestResponseInformation = 0x19;
    public const int ResponseInformation = 0x1A;
    public const int ServerReference = 0x1C;
    public const int ReasonString = 0x1F;
    public const int ReceiveMaximum = 0x21;
    public const int TopicAliasMaximum = 0x22;
    public const int TopicAlias = 0x23;
    public const int MaximumQos = 0x24;
    public const int RetainAvailable = 0x25;
    public const int UserProperty = 0x26;
    public const int MaximumPacketSize = 0x27;
    public const int WildcardAvailable = 0x28;
    public const int IdentifiersAvailable = 0x29;
    public const int SharedAvailable = 0x2A;

    private static readonly WireType[] Message = [WireType.Publish, WireType.Will];

    private static readonly WireType[] Answers =
    [
        WireType.Connack, WireType.Puback, WireType.Pubrec, WireType.Pubrel, WireType.Pubcomp, WireType.Suback, WireType.Unsuback,
        WireType.Disconnect, WireType.Auth,
    ];

    private static readonly Dictionary<int, (WireKind Kind, WireType[] Places)> Table = new()
    {
        [PayloadFormat] = (WireKind.Byte, Message),
        [MessageExpiry] = (WireKind.Four, Message),
        [ContentType] = (WireKind.Text, Message),
        [ResponseTopic] = (WireKind.Text, Message),
        [CorrelationData] = (WireKind.Data, Message),
        [SubscriptionIdentifier] = (WireKind.Variable, [WireType.Publish, WireType.Subscribe]),
        [SessionExpiry] = (WireKind.Four, [WireType.Connect, WireType.Connack, WireType.Disconnect]),
        [AssignedClientId] = (WireKind.Text, [WireType.Connack]),
        [ServerKeepAlive] = (WireKind.Two, [WireType.Connack]),
        [AuthenticationMethod] = (WireKind.Text, [WireType.Connect, WireType.Connack, WireType.Auth]),
        [AuthenticationData] = (WireKind.Data, [WireType.Connect, WireType.Connack, WireType.Auth]),
        [RequestProblemInformation] = (WireKind.Byte, [WireType.Connect]),
        [WillDelay] = (WireKind.Four, [WireType.Will]),
        [RequestResponseInformation] = (WireKind.Byte, [WireType.Connect]),
        [ResponseInformation] = (WireKind.Text, [WireType.Connack]),
        [ServerReference] = (WireKind.Text, [WireType.Connack, WireType.Disconnect]),
        [ReasonString] = (WireKind.Text, Answers),
        [ReceiveMaximum] = (WireKind.Two, [WireType.Connect, WireType.Connack]),
        [TopicAliasMaximum] = (WireKind.Two, [WireType.Connect, WireType.Connack]),
        [TopicAlias] = (WireKind.Two, [WireType.Publish]),
        [MaximumQos] = (WireKind.Byte, [WireType.Connack]),
        [RetainAvailable] = (WireKind.Byte, [WireType.Connack]),
        [UserProperty] =
            (WireKind.Pair, [.. Answers, .. Message, WireType.Connect, WireType.Subscribe, WireType.Unsubscribe]),
        [MaximumPacketSize] = (WireKind.Four, [WireType.Connect, WireType.Connack]),
        [WildcardAvailable] = (WireKind.Byte, [WireType.Connack]),
        [IdentifiersAvailable] = (WireKind.Byte, [WireType.Connack]),
        [SharedAvailable] = (WireKind.Byte, [WireType.Connack]),
    };

    private static readonly int[] NotZero = [ReceiveMaximum, TopicAlias, MaximumPacketSize, SubscriptionIdentifier];

    public static WireKind KindOf(int id) => Table[id].Kind;

    /// <summary>Throws unless all of them may stand together in such a packet.</summary>
    public static void Check(IReadOnlyList<WireProperty> properties, WireType place, bool fromClient)
    {
        foreach (WireProperty property in properties)
        {
            if (!Table[property.Id].Places.Contains(place))
                throw new WireException($"property {property.Id:X2} in {place}");
            bool repeats = property.Id == UserProperty || (property.Id == SubscriptionIdentifier && place == WireType.Publish);
            if (!repeats && properties.Count(p => p.Id == property.Id) > 1)
                throw new WireException($"property {property.Id:X2} twice");
            if (NotZero.Contains(property.Id) && property.Number == 0)
                throw new WireException($"property {property.Id:X2} is 0");
            bool isFlag = Table[property.Id].Kind == WireKind.Byte;
            if (isFlag && property.Number > 1)
                throw new WireException($"property {property.Id:X2} is {property.Number}");
            if (property.Id == ResponseTopic && property.Text.AsSpan().IndexOfAny('+', '#') >= 0)
                throw new WireException("wildcards in a response topic");
            if (property.Id == SubscriptionIdentifier && place == WireType.Publish && fromClient)
                throw new WireException("a subscription identifier in a client's PUBLISH");
            if (property.Id == SessionExpiry && place == WireType.Disconnect && !fromClient)
                throw new WireException("a session expiry in a server's DISCONNECT");
        }
    }

    /// <summary>Throws when the property is none.</summary>
    public static WireKind Known(int id) =>
        Table.TryGetValue(id, out (WireKind Kind, WireType[] Places) row) ? row.Kind : throw new WireException($"no property {id:X2}");
}
