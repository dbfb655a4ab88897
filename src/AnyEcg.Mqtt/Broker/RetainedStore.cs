namespace AnyEcg.Mqtt;

/// <summary>The last retained message of each topic, bounded. Broker lock only.</summary>
internal sealed class RetainedStore(BrokerContext context)
{
    private readonly Dictionary<string, StoredMessage> messages = [];

    public int Count => messages.Count;

    /// <summary>Keeps the message, or clears its topic when it has no payload.</summary>
    public void Keep(StoredMessage message)
    {
        if (!message.HasPayload)
            messages.Remove(message.Topic);
        else if (messages.Count < context.Options.MaxRetained || messages.ContainsKey(message.Topic))
            messages[message.Topic] = message;
        else
            context.Counters.Add(BrokerCounters.Kind.RetainRefused);
    }

    /// <summary>The messages that match a filter and have not expired.</summary>
    public IEnumerable<StoredMessage> Match(string filter)
    {
        foreach (StoredMessage message in messages.Values)
        {
            if (MqttTopic.Matches(filter, message.Topic) && !message.IsExpired(context.Time))
                yield return message;
        }
    }

    public void RemoveExpired()
    {
        foreach (StoredMessage message in messages.Values)
        {
            if (message.IsExpired(context.Time))
                messages.Remove(message.Topic);
        }
    }
}
