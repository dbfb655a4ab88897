using System.Buffers;

namespace AnyEcg.Mqtt;

/// <summary>
/// A message as the broker keeps it, shared by all who get it: topic, properties (all but the expiry, which is rewritten as time
/// passes, and the topic alias, which is a matter of one connection) and payload in one array, ready to be copied into a PUBLISH. Immutable.
/// </summary>
internal sealed class StoredMessage
{
    private readonly byte[] content;
    private readonly int topicLength;
    private readonly int propertiesLength;

    /// <summary>Stands for a message that is not needed any more.</summary>
    public static readonly StoredMessage Nothing = new("", default, [], null);

    private StoredMessage(string topic, in PublishPacket packet, ReadOnlySpan<byte> properties, long? expiresAt)
    {
        Topic = topic;
        Qos = packet.Qos;
        Retain = packet.Retain;
        ExpiresAt = expiresAt;
        topicLength = packet.Topic.Length;
        propertiesLength = properties.Length;
        content = GC.AllocateUninitializedArray<byte>(topicLength + propertiesLength + packet.Payload.Length);
        packet.Topic.CopyTo(content);
        properties.CopyTo(content.AsSpan(topicLength));
        packet.Payload.CopyTo(content.AsSpan(topicLength + propertiesLength));
    }

    public string Topic { get; }

    public MqttQos Qos { get; }

    /// <summary>As published.</summary>
    public bool Retain { get; }

    /// <summary>Time stamp of the broker's clock; null: never.</summary>
    public long? ExpiresAt { get; }

    /// <summary>Bytes kept.</summary>
    public int Size => content.Length;

    public bool HasPayload => content.Length > topicLength + propertiesLength;

    public ReadOnlySpan<byte> TopicBytes => content.AsSpan(0, topicLength);

    public ReadOnlySpan<byte> Properties => content.AsSpan(topicLength, propertiesLength);

    public ReadOnlySpan<byte> Payload => content.AsSpan(topicLength + propertiesLength);

    /// <summary>Copies what a packet holds, its topic in place of an alias.</summary>
    public static StoredMessage From(in PublishPacket packet, string topic, TimeProvider time)
    {
        long? expiresAt = packet.MessageExpiry is { } seconds ? time.GetTimestamp() + (seconds * time.TimestampFrequency) : null;
        if (expiresAt is null && packet.TopicAlias == 0)
            return new StoredMessage(topic, packet, packet.Properties, null);
        ArrayBufferWriter<byte> kept = new();
        PropertyReader reader = new(packet.Properties);
        ReadOnlySpan<byte> rest = packet.Properties;
        while (reader.TryReadId(out PropertyId id))
        {
            reader.SkipPublishValue(id);
            if (id is not (PropertyId.MessageExpiryInterval or PropertyId.TopicAlias))
                kept.Write(rest[..^reader.Value.Rest.Length]);
            rest = reader.Value.Rest;
        }

        return new StoredMessage(topic, packet, kept.WrittenSpan, expiresAt);
    }

    /// <summary>Encodes a Will the way its publisher would have, and stores that.</summary>
    public static StoredMessage From(MqttMessage message, TimeProvider time)
    {
        PacketWriter writer = new();
        new OutgoingPublish(message, 1, false).WriteTo(writer);
        ReadOnlySpan<byte> bytes = writer.Written.Span;
        FrameReader.TryRead(ref bytes, uint.MaxValue, out byte header, out ReadOnlySpan<byte> body);
        return From(PublishPacket.Parse(header, body, MqttVersion.V5), message.Topic, time);
    }

    public bool IsExpired(TimeProvider time) => ExpiresAt is { } at && at <= time.GetTimestamp();

    /// <summary>Whole seconds left, at least 1; null: it never expires.</summary>
    public uint? SecondsLeft(TimeProvider time) =>
        ExpiresAt is { } at ? Math.Max(1, Seconds.From(time.GetElapsedTime(time.GetTimestamp(), at))) : null;
}
