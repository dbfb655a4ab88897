namespace AnyEcg.Mqtt;

/// <summary>
/// The topic aliases that one connection's receiver has been told: the first topics sent get one each, up to the maximum, and
/// keep it. Broker lock only.
/// </summary>
internal sealed class OutgoingAliases(int maximum)
{
    private readonly Dictionary<string, ushort> numbers = [];

    /// <summary>The alias to send with this topic: known to the receiver, to be announced, or none.</summary>
    public TopicAlias Find(string topic)
    {
        if (numbers.TryGetValue(topic, out ushort number))
            return new TopicAlias(number, true);
        return numbers.Count < maximum ? new TopicAlias((ushort)(numbers.Count + 1), false) : default;
    }

    /// <summary>A packet that announced the alias has been handed to the connection.</summary>
    public void Announced(string topic, TopicAlias alias) => numbers[topic] = alias.Number;
}
