namespace AnyEcg.Mqtt;

/// <summary>What all parts of one broker share.</summary>
internal sealed class BrokerContext(EmbeddedBrokerOptions options, TimeProvider time)
{
    public EmbeddedBrokerOptions Options { get; } = options;

    public TimeProvider Time { get; } = time;

    public BrokerCounters Counters { get; } = new();

    public ConnectionPlaces Places { get; } = new(options.MaxConnections);

    public AccessRules Access { get; } = new(options);
}
