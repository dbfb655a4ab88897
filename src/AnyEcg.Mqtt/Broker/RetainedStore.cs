namespace AnyEcg.Mqtt;

/// <summary>The last retained message of each topic, bounded in number and bytes. Broker lock only.</summary>
internal sealed class RetainedStore(BrokerContext context)
{
    private readonly Dictionary<string, StoredMessage> messages = [];
    private long bytes;

    public int Count => messages.Count;

    /// <summary>Keeps the message in place of the topic's last one; without a payload it clears the topic.</summary>
    public void Keep(StoredMessage message)
    {
        Remove(message.Topic);
        if (!message.HasPayload)
            return;
        if (messages.Count >= context.Options.MaxRetained || bytes + message.Size > context.Options.MaxRetainedBytes)
        {
            context.Counters.Add(BrokerCounters.Kind.RetainRefused);
            return;
        }

        messages.Add(message.Topic, message);
        bytes += message.Size;
    }

    /// <summary>The messages that match a filter and have not expired.</summary>
    public IEnumerable<StoredMessage> Match(string filter)
    {
        if (!filter.AsSpan().ContainsAny('+', '#'))
        {
            return messages.TryGetValue(filter, out StoredMessage? exact) && !exact.IsExpired(context.Time) ? [exact] : [];
        }

        return messages.Values.Where(message => MqttTopic.Matches(filter, message.Topic) && !message.IsExpired(context.Time));
    }

    public void RemoveExpired()
    {
        foreach (StoredMessage message in messages.Values)
        {
            if (message.IsExpired(context.Time))
                Remove(message.Topic);
        }
    }

    private void Remove(string topic)
    {
        if (messages.Remove(topic, out StoredMessage? old))
            bytes -= old.Size;
    }
}
