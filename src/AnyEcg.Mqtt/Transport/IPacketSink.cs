namespace AnyEcg.Mqtt;

/// <summary>Takes the packets of one link. Called on its receive loop only, one at a time.</summary>
internal interface IPacketSink
{
    /// <summary>A whole packet: first byte and body; the body is valid only during the call.</summary>
    void OnPacket(byte header, ReadOnlySpan<byte> body);

    /// <summary>The peer broke the protocol: send what tells it so. The link closes afterwards.</summary>
    void OnProtocolError(MqttReasonCode reasonCode);

    /// <summary>Asked before more is read, and again while it is not so: who cannot take more leaves it to the other side's window. Not for ever.</summary>
    bool HasRoom() => true;

    /// <summary>Packets were taken whose answers are still to come, from any thread: false only once the last of them waits in the outbound queue.</summary>
    bool OwesAnswers => false;
}
