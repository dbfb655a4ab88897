namespace AnyEcg.Mqtt;

/// <summary>The topic aliases that a client has defined on its connection. Receive loop only.</summary>
/// <param name="maximum">As announced; a PUBLISH with a larger one does not get here.</param>
internal sealed class IncomingAliases(ushort maximum)
{
    private byte[]?[] topics = [];

    /// <summary>The topic's bytes; an alias that comes with a topic stands for it from now on. Throws 0x82 for one never defined.</summary>
    public ReadOnlySpan<byte> Resolve(scoped in PublishPacket packet)
    {
        if (packet.TopicAlias == 0)
            return packet.Topic;
        if (topics.Length == 0)
            topics = new byte[maximum + 1][];
        ref byte[]? known = ref topics[packet.TopicAlias];
        if (packet.Topic.IsEmpty)
            return known ?? throw MqttProtocolException.Protocol("a topic alias that was not defined");
        if (!packet.Topic.SequenceEqual(known))
            known = packet.Topic.ToArray();
        return known;
    }
}
