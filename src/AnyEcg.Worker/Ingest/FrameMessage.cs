using AnyEcg.Mqtt;

namespace AnyEcg.Worker;

/// <summary>What the ingest needs of a frame's message, fresh or held; lent for the length of the call.</summary>
internal readonly ref struct FrameMessage
{
    public string? ContentType { get; init; }

    public ReadOnlySpan<byte> Payload { get; init; }

    public GivenPosition Given { get; init; }

    public long ReceivedNs { get; init; }

    public static FrameMessage Of(in MqttInbound message, long receivedNs) => new()
    {
        ContentType = message.ContentType,
        Payload = message.Payload,
        Given = GivenPosition.Of(message.UserProperties),
        ReceivedNs = receivedNs,
    };
}
