namespace AnyEcg.Mqtt;

/// <summary>
/// The identifiers of the subscriptions that a received message matched, read from its (validated) property block without
/// allocating. Empty where none of them has one.
/// </summary>
public readonly ref struct MqttSubscriptionIds
{
    private readonly ReadOnlySpan<byte> block;

    internal MqttSubscriptionIds(ReadOnlySpan<byte> block, int count)
    {
        this.block = block;
        Count = count;
    }

    public int Count { get; }

    /// <summary>Enumerates them as sent; the order means nothing.</summary>
    public Enumerator GetEnumerator() => new(Count > 0 ? block : default);

    public bool Contains(uint identifier)
    {
        foreach (uint id in this)
        {
            if (id == identifier)
                return true;
        }

        return false;
    }

    /// <summary>Walks the block.</summary>
    public ref struct Enumerator
    {
        private PropertyReader reader;

        internal Enumerator(ReadOnlySpan<byte> block) => reader = new PropertyReader(block);

        public uint Current { get; private set; }

        public bool MoveNext()
        {
            while (reader.TryReadId(out PropertyId id))
            {
                if (id == PropertyId.SubscriptionIdentifier)
                {
                    Current = reader.Value.ReadVariableInteger();
                    return true;
                }

                reader.SkipPublishValue(id);
            }

            return false;
        }
    }
}
