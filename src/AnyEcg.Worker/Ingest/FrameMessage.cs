using AnyEcg.Mqtt;

namespace AnyEcg.Worker;

/// <summary>When a message came: clocks are read once for each.</summary>
/// <param name="UnixNs">Time of day.</param>
/// <param name="Seconds">On the clock of the limits, which nobody sets.</param>
internal readonly record struct Arrival(long UnixNs, double Seconds);

/// <summary>What the ingest needs of a frame's message, fresh or held; lent for the length of the call.</summary>
internal readonly ref struct FrameMessage
{
    public string? ContentType { get; init; }

    public ReadOnlySpan<byte> Payload { get; init; }

    public long ReceivedNs { get; init; }

    /// <summary>Seconds on the clock of the limits.</summary>
    public double At { get; init; }

    /// <summary>Of a held message, whose user properties are gone.</summary>
    public GivenPosition? HeldPosition { get; init; }

    /// <summary>Read when asked for: most formats count samples themselves.</summary>
    public GivenPosition Given => HeldPosition ?? GivenPosition.Of(Properties);

    private MqttUserProperties Properties { get; init; }

    public static FrameMessage Of(in MqttInbound message, in Arrival now) => new()
    {
        ContentType = message.ContentType,
        Payload = message.Payload,
        Properties = message.UserProperties,
        ReceivedNs = now.UnixNs,
        At = now.Seconds,
    };
}
