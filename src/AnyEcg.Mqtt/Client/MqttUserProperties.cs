namespace AnyEcg.Mqtt;

/// <summary>The user properties of a received message, read from its (validated) property block without allocating.</summary>
public readonly ref struct MqttUserProperties
{
    private readonly ReadOnlySpan<byte> block;

    /// <summary>Of a property block as it is on the wire, without its length. It must have been validated: what is wrong in it is found late.</summary>
    public MqttUserProperties(ReadOnlySpan<byte> block) => this.block = block;

    /// <summary>Enumerates them in the order sent.</summary>
    public Enumerator GetEnumerator() => new(block);

    /// <summary>Finds the first property of this name; names and values are UTF-8.</summary>
    public bool TryGet(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        foreach (MqttUserProperty property in this)
        {
            if (property.Name.SequenceEqual(name))
            {
                value = property.Value;
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <summary>Walks the block.</summary>
    public ref struct Enumerator
    {
        private PropertyReader reader;

        internal Enumerator(ReadOnlySpan<byte> block) => reader = new PropertyReader(block);

        public MqttUserProperty Current { get; private set; }

        public bool MoveNext()
        {
            while (reader.TryReadId(out PropertyId id))
            {
                if (id == PropertyId.UserProperty)
                {
                    Current = new MqttUserProperty { Name = reader.Value.ReadUtf8(), Value = reader.Value.ReadUtf8() };
                    return true;
                }

                reader.SkipPublishValue(id);
            }

            return false;
        }
    }
}
