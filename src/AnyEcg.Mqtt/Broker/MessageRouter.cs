namespace AnyEcg.Mqtt;

/// <summary>Brings messages to the sessions that subscribed to them, and keeps the retained ones. Broker lock only.</summary>
internal sealed class MessageRouter(BrokerContext context)
{
    private readonly SubscriptionTrie subscriptions = new();
    private readonly RetainedStore retained = new(context);
    private readonly TrieMatches matches = new();
    private readonly List<RouteTarget> targets = [];
    private long stamp;

    public int RetainedCount => retained.Count;

    /// <summary>
    /// Delivers once to every session with matching filters of its own, and once through every shared subscription; returns how
    /// many there were.
    /// </summary>
    /// <param name="message">What was published.</param>
    /// <param name="publisher">Left out where a subscription says "no local"; null for the broker's own.</param>
    public int Route(StoredMessage message, BrokerSession? publisher)
    {
        context.Counters.Add(BrokerCounters.Kind.MessagesReceived);
        if (message.Retain)
            retained.Keep(message);
        matches.Clear();
        subscriptions.Match(message.Topic, matches);
        MergeTargets(publisher);
        foreach (RouteTarget target in targets)
        {
            MqttQos qos = target.Qos < message.Qos ? target.Qos : message.Qos;
            target.Session.Deliver(new Delivery(message, qos, message.Retain && target.RetainAsPublished, target.Ids));
        }

        foreach (SharedGroup group in matches.Shared)
            group.TryDeliver(message);
        return targets.Count + matches.Shared.Count;
    }

    public void Subscribe(BrokerSession session, MqttSubscription subscription)
    {
        session.Subscriptions[subscription.Filter] = subscription;
        subscriptions.Add(session, subscription);
    }

    /// <summary>Sends the retained messages of a filter just subscribed to; after the SUBACK.</summary>
    public void SendRetained(BrokerSession session, MqttSubscription subscription)
    {
        foreach (StoredMessage message in retained.Match(subscription.Filter))
        {
            MqttQos qos = subscription.Qos < message.Qos ? subscription.Qos : message.Qos;
            session.Deliver(new Delivery(message, qos, true, new SubscriptionIds(subscription.Identifier)));
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

    /// <summary>One target a session, whatever the number of its filters that matched.</summary>
    private void MergeTargets(BrokerSession? publisher)
    {
        targets.Clear();
        stamp++;
        foreach ((BrokerSession session, MqttSubscription subscription) in matches.Own)
        {
            if (subscription.NoLocal && session == publisher)
                continue;
            if (session.RoutingStamp != stamp)
            {
                session.RoutingStamp = stamp;
                session.RoutingIndex = targets.Count;
                targets.Add(RouteTarget.From(session, subscription));
                continue;
            }

            targets[session.RoutingIndex] = targets[session.RoutingIndex].With(subscription);
        }
    }
}
