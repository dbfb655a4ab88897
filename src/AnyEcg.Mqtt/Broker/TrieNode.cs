namespace AnyEcg.Mqtt;

/// <summary>One level of the tree of topic filters, with the subscriptions whose filter ends there. Broker lock only.</summary>
internal sealed class TrieNode
{
    private readonly Dictionary<string, TrieNode> children = [];
    private Dictionary<string, SharedGroup>? groups;

    public Dictionary<BrokerSession, MqttSubscription> Subscribers { get; } = [];

    public bool IsEmpty => children.Count == 0 && Subscribers.Count == 0 && groups is null;

    public TrieNode? Find(ReadOnlySpan<char> level) =>
        children.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(level, out TrieNode? child) ? child : null;

    public TrieNode GetOrAdd(ReadOnlySpan<char> level)
    {
        if (Find(level) is { } known)
            return known;
        TrieNode made = new();
        children.Add(level.ToString(), made);
        return made;
    }

    public void Remove(string level) => children.Remove(level);

    public SharedGroup GetOrAddGroup(ReadOnlySpan<char> name)
    {
        groups ??= [];
        if (groups.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out SharedGroup? known))
            return known;
        SharedGroup made = new();
        groups.Add(name.ToString(), made);
        return made;
    }

    public void RemoveFromGroup(ReadOnlySpan<char> name, BrokerSession session)
    {
        if (groups is null || !groups.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out SharedGroup? group))
            return;
        group.Remove(session);
        if (group.IsEmpty)
            groups.GetAlternateLookup<ReadOnlySpan<char>>().Remove(name);
        if (groups.Count == 0)
            groups = null;
    }

    public void CollectInto(TrieMatches matches)
    {
        foreach ((BrokerSession session, MqttSubscription subscription) in Subscribers)
            matches.Own.Add((session, subscription));
        if (groups is not null)
            matches.Shared.AddRange(groups.Values);
    }
}
