namespace AnyEcg.Mqtt;

/// <summary>What the broker did since it was made. Any thread may read.</summary>
public sealed class BrokerCounters
{
    private long messagesReceived;

    /// <summary>PUBLISH packets received, Wills included.</summary>
    public long MessagesReceived => Volatile.Read(ref messagesReceived);

    internal void AddReceived() => Interlocked.Increment(ref messagesReceived);
}
