namespace AnyEcg.Mqtt;

/// <summary>All subscriptions, as a tree of topic levels: a topic is matched in one walk, whatever the number of filters. Broker lock only.</summary>
internal sealed class SubscriptionTrie
{
    private readonly TrieNode root = new();

    public bool IsEmpty => root.IsEmpty;

    /// <summary>Adds or replaces. Of a shared subscription the inner filter leads to the place, where each group has its own.</summary>
    public void Add(BrokerSession session, MqttSubscription subscription)
    {
        bool shared = MqttTopic.TrySplitShared(subscription.Filter, out ReadOnlySpan<char> group, out ReadOnlySpan<char> rest);
        if (!shared)
            rest = subscription.Filter;
        TrieNode node = root;
        bool ends = false;
        while (!ends)
            node = node.GetOrAdd(MqttTopic.TakeLevel(ref rest, out ends));
        if (shared)
            node.GetOrAddGroup(group).Set(session, subscription);
        else
            node.Subscribers[session] = subscription;
    }

    /// <summary>Removes the filter of a session, and what of the tree it alone needed.</summary>
    public void Remove(BrokerSession session, string filter)
    {
        bool shared = MqttTopic.TrySplitShared(filter, out ReadOnlySpan<char> group, out ReadOnlySpan<char> rest);
        if (!shared)
            rest = filter;
        Stack<(TrieNode Parent, string Level)> path = new();
        TrieNode? node = root;
        bool ends = false;
        while (!ends)
        {
            ReadOnlySpan<char> level = MqttTopic.TakeLevel(ref rest, out ends);
            path.Push((node, level.ToString()));
            node = node.Find(level);
            if (node is null)
                return;
        }

        if (shared)
            node.RemoveFromGroup(group, session);
        else
            node.Subscribers.Remove(session);
        while (node.IsEmpty && path.TryPop(out (TrieNode Parent, string Level) step))
        {
            step.Parent.Remove(step.Level);
            node = step.Parent;
        }
    }

    /// <summary>Adds every subscription that matches a topic name to <paramref name="matches"/>. A first wildcard matches no <c>$</c> name.</summary>
    public void Match(ReadOnlySpan<char> topic, TrieMatches matches)
    {
        bool reserved = topic[0] == '$';
        Match(root, topic, ended: false, wildcards: !reserved, matches);
    }

    private static void Match(TrieNode node, ReadOnlySpan<char> rest, bool ended, bool wildcards, TrieMatches matches)
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
}
