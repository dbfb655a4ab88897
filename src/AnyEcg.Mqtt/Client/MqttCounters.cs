namespace AnyEcg.Mqtt;

/// <summary>What a connection did since it was made, over all reconnects. Any thread may read; each value grows on its own.</summary>
public sealed class MqttCounters
{
    private long messagesReceived;

    /// <summary>PUBLISH packets handed to the receiver.</summary>
    public long MessagesReceived => Volatile.Read(ref messagesReceived);

    internal void AddReceived() => Interlocked.Increment(ref messagesReceived);
}
