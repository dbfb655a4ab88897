namespace AnyEcg.Mqtt;

/// <summary>The answer to one request, copied out of its message.</summary>
/// <param name="Payload">As sent.</param>
/// <param name="ContentType">Null: none was given.</param>
/// <param name="UserProperties">In the order sent.</param>
public sealed record MqttAnswer(
    ReadOnlyMemory<byte> Payload, string? ContentType, IReadOnlyList<KeyValuePair<string, string>> UserProperties);
