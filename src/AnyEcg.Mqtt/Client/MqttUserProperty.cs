namespace AnyEcg.Mqtt;

/// <summary>One user property of a received message, UTF-8, lent for the length of the call that delivers the message.</summary>
public readonly ref struct MqttUserProperty
{
    public ReadOnlySpan<byte> Name { get; init; }

    public ReadOnlySpan<byte> Value { get; init; }
}
