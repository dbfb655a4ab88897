namespace AnyEcg.Mqtt;

/// <summary>
/// Writes the messages of one connection, with topic aliases where the broker takes them: first come, first served, so that a
/// flood of topics cannot make the table churn. An alias ends with its connection. Thread-safe.
/// </summary>
internal sealed class PublishSender(OutboundQueue outbound, ushort maxAliases)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, ushort> aliases = [];

    public OutboundQueue Outbound => outbound;

    /// <summary>See <see cref="OutboundQueue.Send"/>.</summary>
    public SendResult Send(MqttMessage message, ushort packetId, bool duplicate, bool bounded = false)
    {
        if (maxAliases == 0)
            return outbound.Send(new OutgoingPublish(message, packetId, duplicate), bounded);

        // The announcement must leave before the first use, so both steps are one.
        lock (gate)
        {
            bool known = aliases.TryGetValue(message.Topic, out ushort number);
            if (!known && aliases.Count < maxAliases)
                number = (ushort)(aliases.Count + 1);
            SendResult result = outbound.Send(new OutgoingPublish(message, packetId, duplicate, new TopicAlias(number, known)), bounded);
            if (result == SendResult.Sent && !known && number != 0)
                aliases.Add(message.Topic, number);
            return result;
        }
    }
}
