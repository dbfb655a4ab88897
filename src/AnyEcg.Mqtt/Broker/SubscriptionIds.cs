namespace AnyEcg.Mqtt;

/// <summary>The Subscription Identifiers of one delivery, in most cases none or one (MQTT 5.0, section 3.3.2.3.8).</summary>
/// <param name="First">0: none at all.</param>
/// <param name="Others">Those beside it; null: none. The same one may occur again.</param>
internal readonly record struct SubscriptionIds(uint First, uint[]? Others = null)
{
    /// <summary>These and one more; 0 adds nothing.</summary>
    public SubscriptionIds With(uint identifier)
    {
        if (identifier == 0)
            return this;
        return First == 0 ? new SubscriptionIds(identifier) : new SubscriptionIds(First, [.. Others ?? [], identifier]);
    }

    public void WriteTo(PacketWriter writer)
    {
        if (First != 0)
            writer.WriteIdentifier(First);
        foreach (uint identifier in Others ?? [])
            writer.WriteIdentifier(identifier);
    }
}
