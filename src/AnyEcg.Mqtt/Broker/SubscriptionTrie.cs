namespace AnyEcg.Mqtt;

/// <summary>All subscriptions, as a tree of topic levels: a topic is matched in one walk, whatever the number of filters. Broker lock only.</summary>
internal sealed class SubscriptionTrie
{
    private readonly Node root = new();

    /// <summary>Adds or replaces; true: the session did not hold this filter before.</summary>
    public bool Add(BrokerSession session, MqttSubscription subscription)
    {
        Node node = root;
        ReadOnlySpan<char> rest = subscription.Filter;
        bool ends = false;
        while (!ends)
            node = node.GetOrAdd(MqttTopic.TakeLevel(ref rest, out ends));
        bool isNew = !node.Subscribers.ContainsKey(session);
        node.Subscribers[session] = subscription;
        return isNew;
    }

    /// <summary>False: the session does not hold this filter.</summary>
    public bool Remove(BrokerSession session, string filter)
    {
        Stack<(Node Parent, string Level)> path = new();
        Node? node = root;
        ReadOnlySpan<char> rest = filter;
        bool ends = false;
        while (!ends)
        {
            ReadOnlySpan<char> level = MqttTopic.TakeLevel(ref rest, out ends);
            path.Push((node, level.ToString()));
            node = node.Find(level);
            if (node is null)
                return false;
        }

        bool removed = node.Subscribers.Remove(session);
        while (node.IsEmpty && path.TryPop(out (Node Parent, string Level) step))
        {
            step.Parent.Remove(step.Level);
            node = step.Parent;
        }

        return removed;
    }

    /// <summary>Adds every subscription that matches a topic name to <paramref name="matches"/>.</summary>
    public void Match(ReadOnlySpan<char> topic, List<(BrokerSession Session, MqttSubscription Subscription)> matches)
    {
        bool reserved = topic[0] == '$';
        Match(root, topic, ended: false, wildcards: !reserved, matches);
    }

    private static void Match(
        Node node, ReadOnlySpan<char> rest, bool ended, bool wildcards, List<(BrokerSession, MqttSubscription)> matches)
    {
        if (wildcards && node.Find("#") is { } everything)
            everything.CollectInto(matches);
        if (ended)
        {
            node.CollectInto(matches);
            return;
        }

        ReadOnlySpan<char> level = MqttTopic.TakeLevel(ref rest, out bool ends);
        if (node.Find(level) is { } exact)
            Match(exact, rest, ends, true, matches);
        if (wildcards && node.Find("+") is { } any)
            Match(any, rest, ends, true, matches);
    }

    private sealed class Node
    {
        private readonly Dictionary<string, Node> children = [];

        public Dictionary<BrokerSession, MqttSubscription> Subscribers { get; } = [];

        public bool IsEmpty => children.Count == 0 && Subscribers.Count == 0;

        public Node? Find(ReadOnlySpan<char> level) =>
            children.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(level, out Node? child) ? child : null;

        public Node GetOrAdd(ReadOnlySpan<char> level)
        {
            if (Find(level) is { } known)
                return known;
            Node made = new();
            children.Add(level.ToString(), made);
            return made;
        }

        public void Remove(string level) => children.Remove(level);

        public void CollectInto(List<(BrokerSession, MqttSubscription)> matches)
        {
            foreach ((BrokerSession session, MqttSubscription subscription) in Subscribers)
                matches.Add((session, subscription));
        }
    }
}
