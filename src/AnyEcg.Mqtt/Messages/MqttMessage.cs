namespace AnyEcg.Mqtt;

/// <summary>A message to publish. Its memory must stay unchanged until the publish call has completed.</summary>
public sealed record MqttMessage
{
    /// <summary>Topic name: 1 to 65,535 bytes of UTF-8 without wildcards and U+0000.</summary>
    public required string Topic { get; init; }

    public ReadOnlyMemory<byte> Payload { get; init; }

    public MqttQos Qos { get; init; }

    /// <summary>The broker keeps it as the topic's last value; an empty payload clears that value.</summary>
    public bool Retain { get; init; }

    public string? ContentType { get; init; }

    public string? ResponseTopic { get; init; }

    /// <summary>Empty: the property is left out.</summary>
    public ReadOnlyMemory<byte> CorrelationData { get; init; }

    /// <summary>Payload Format Indicator 1: the payload is UTF-8 text.</summary>
    public bool PayloadIsUtf8 { get; init; }

    /// <summary>Life time at the broker, whole seconds; null: it never expires.</summary>
    public TimeSpan? MessageExpiry { get; init; }

    /// <summary>Sent in this order; a name may occur more than once.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> UserProperties { get; init; } = [];
}
