namespace AnyEcg.Mqtt;

/// <summary>What matched one topic name; reused from message to message. Broker lock only.</summary>
internal sealed class TrieMatches
{
    /// <summary>A session occurs once for each of its filters that matched.</summary>
    public List<(BrokerSession Session, MqttSubscription Subscription)> Own { get; } = [];

    public List<SharedGroup> Shared { get; } = [];

    public void Clear()
    {
        Own.Clear();
        Shared.Clear();
    }
}
