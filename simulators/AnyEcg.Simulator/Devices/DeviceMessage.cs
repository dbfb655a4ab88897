using AnyEcg.Protocol;

namespace AnyEcg.Simulator;

/// <summary>One message of a device, ready to be published.</summary>
/// <param name="Kind">Meta, frame, status or mark.</param>
/// <param name="AtSeconds">When it is due: seconds of stream time since the device started.</param>
/// <param name="Topic">Where to.</param>
/// <param name="Payload">Owned by the message; never changed again.</param>
/// <param name="ContentType">Of the payload.</param>
/// <param name="Fate">Sent, lost on the way, or a second copy.</param>
public sealed record DeviceMessage(
    InputKind Kind, double AtSeconds, string Topic, ReadOnlyMemory<byte> Payload, string ContentType, FrameFate Fate)
{
    /// <summary>Samples per lead that the device took with this frame; 0 for a second copy and for what is no frame.</summary>
    public int Samples { get; init; }

    /// <summary>The device's last word: sent only when nothing is stored any more.</summary>
    public bool IsLast { get; init; }

    /// <summary>Descriptor and status say how things are, and are retained; frames and marks say what happened.</summary>
    public bool Retain => Kind is InputKind.Meta or InputKind.Status;
}
