namespace AnyEcg.Mqtt;

/// <summary>What all parts of one broker share.</summary>
internal sealed record BrokerContext(EmbeddedBrokerOptions Options, TimeProvider Time, BrokerCounters Counters);
