namespace AnyEcg.Mqtt;

/// <summary>Settings of <see cref="MqttRequests"/>.</summary>
public sealed class MqttRequestOptions
{
    /// <summary>
    /// Where answers are expected; for this client alone, so put its id in. Where the broker gives response information, it is
    /// put before this.
    /// </summary>
    public required string ResponseTopic { get; init; }

    /// <summary>Requests without an answer at a time; a further one is refused (0x97).</summary>
    public int MaxOutstanding { get; init; } = 256;
}
