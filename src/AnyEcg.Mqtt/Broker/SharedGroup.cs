namespace AnyEcg.Mqtt;

/// <summary>One shared subscription: each message goes to one of its members, in turn (MQTT 5.0, section 4.8.2). Broker lock only.</summary>
internal sealed class SharedGroup
{
    private readonly List<(BrokerSession Session, MqttSubscription Subscription)> members = [];
    private int next;

    public bool IsEmpty => members.Count == 0;

    /// <summary>Adds a member, or replaces the options of its subscription.</summary>
    public void Set(BrokerSession session, MqttSubscription subscription)
    {
        int known = members.FindIndex(member => member.Session == session);
        if (known >= 0)
            members[known] = (session, subscription);
        else
            members.Add((session, subscription));
    }

    public bool Remove(BrokerSession session)
    {
        int known = members.FindIndex(member => member.Session == session);
        if (known < 0)
            return false;
        members.RemoveAt(known);
        if (known < next)
            next--;
        return true;
    }

    /// <summary>
    /// Delivers to the next member that is connected; while all are away, to the next of all, whose session keeps it. False: there
    /// are no members.
    /// </summary>
    public bool TryDeliver(StoredMessage message)
    {
        if (IsEmpty)
            return false;
        int chosen = next % members.Count;
        for (int i = 0; i < members.Count; i++)
        {
            int candidate = (next + i) % members.Count;
            if (members[candidate].Session.Link is null or { IsEnding: true })
                continue;
            chosen = candidate;
            break;
        }

        next = chosen + 1;
        (BrokerSession session, MqttSubscription subscription) = members[chosen];
        MqttQos qos = subscription.Qos < message.Qos ? subscription.Qos : message.Qos;
        bool retain = message.Retain && subscription.RetainAsPublished;
        session.Deliver(new Delivery(message, qos, retain, new SubscriptionIds(subscription.Identifier), this));
        return true;
    }
}
