namespace AnyEcg.Mqtt;

/// <summary>Brings messages to the sessions that subscribed to them, and keeps the retained ones. Broker lock only.</summary>
internal sealed class MessageRouter(BrokerContext context)
{
    /// <summary>Bounds the depth of the tree, which is walked recursively.</summary>
    private const int MaxLevels = 64;

    private readonly SubscriptionTrie subscriptions = new();
    private readonly RetainedStore retained = new(context);
    private readonly List<(BrokerSession Session, MqttSubscription Subscription)> matches = [];
    private readonly List<(BrokerSession Session, MqttSubscription Subscription)> targets = [];
    private long stamp;

    public int RetainedCount => retained.Count;

    /// <summary>Delivers to every matching session once, at its highest level; returns how many there were.</summary>
    /// <param name="message">What was published.</param>
    /// <param name="publisher">Left out where a subscription says "no local"; null for the broker's own.</param>
    public int Route(StoredMessage message, BrokerSession? publisher)
    {
        context.Counters.Add(BrokerCounters.Kind.MessagesReceived);
        if (message.Retain)
            retained.Keep(message);
        FindTargets(message.Topic, publisher);
        foreach ((BrokerSession session, MqttSubscription subscription) in targets)
        {
            MqttQos qos = subscription.Qos < message.Qos ? subscription.Qos : message.Qos;
            session.Deliver(new Delivery(message, qos, message.Retain && subscription.RetainAsPublished));
        }

        return targets.Count;
    }

    /// <summary>Adds the subscription and sends the retained messages it asks for; returns the reason code for the SUBACK.</summary>
    public MqttReasonCode Subscribe(BrokerSession session, MqttSubscription wanted)
    {
        if (!MqttTopic.IsValidFilter(wanted.Filter) || wanted.Filter.AsSpan().Count('/') >= MaxLevels)
            return MqttReasonCode.TopicFilterInvalid;
        if (wanted.Filter.StartsWith("$share/", StringComparison.Ordinal))
            return MqttReasonCode.SharedSubscriptionsNotSupported;
        bool known = session.Subscriptions.ContainsKey(wanted.Filter);
        if (!known && session.Subscriptions.Count >= context.Options.MaxSubscriptionsPerClient)
            return MqttReasonCode.QuotaExceeded;
        MqttQos granted = wanted.Qos > MqttQos.AtLeastOnce ? MqttQos.AtLeastOnce : wanted.Qos;
        MqttSubscription subscription = wanted with { Qos = granted };
        session.Subscriptions[wanted.Filter] = subscription;
        subscriptions.Add(session, subscription);
        return (MqttReasonCode)granted;
    }

    /// <summary>Sends the retained messages of a filter just subscribed to; after the SUBACK.</summary>
    public void SendRetained(BrokerSession session, MqttSubscription subscription)
    {
        foreach (StoredMessage message in retained.Match(subscription.Filter))
        {
            MqttQos qos = subscription.Qos < message.Qos ? subscription.Qos : message.Qos;
            session.Deliver(new Delivery(message, qos, true));
        }
    }

    public MqttReasonCode Unsubscribe(BrokerSession session, string filter)
    {
        if (!session.Subscriptions.Remove(filter))
            return MqttReasonCode.NoSubscriptionExisted;
        subscriptions.Remove(session, filter);
        return MqttReasonCode.Success;
    }

    public void UnsubscribeAll(BrokerSession session)
    {
        foreach (string filter in session.Subscriptions.Keys)
            subscriptions.Remove(session, filter);
        session.Subscriptions.Clear();
    }

    public void RemoveExpired() => retained.RemoveExpired();

    private void FindTargets(string topic, BrokerSession? publisher)
    {
        matches.Clear();
        targets.Clear();
        subscriptions.Match(topic, matches);
        stamp++;
        foreach ((BrokerSession session, MqttSubscription subscription) in matches)
        {
            if (subscription.NoLocal && session == publisher)
                continue;
            if (session.RoutingStamp != stamp)
            {
                session.RoutingStamp = stamp;
                targets.Add((session, subscription));
                continue;
            }

            int known = targets.FindIndex(t => t.Session == session);
            MqttSubscription other = targets[known].Subscription;
            bool keepRetain = subscription.RetainAsPublished || other.RetainAsPublished;
            MqttSubscription higher = subscription.Qos > other.Qos ? subscription : other;
            targets[known] = (session, higher with { RetainAsPublished = keepRetain });
        }
    }
}
