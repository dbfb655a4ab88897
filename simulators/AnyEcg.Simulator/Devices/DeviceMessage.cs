using AnyEcg.Protocol;

namespace AnyEcg.Simulator;

/// <summary>One message of a device, ready to be published.</summary>
/// <param name="Kind">Meta, frame or status.</param>
/// <param name="AtSeconds">When it is due: seconds of stream time since the device started.</param>
/// <param name="Topic">Where to.</param>
/// <param name="Payload">Owned by the message; never changed again.</param>
/// <param name="ContentType">Of the payload.</param>
/// <param name="Fate">Sent, lost on the way, or a second copy.</param>
public sealed record DeviceMessage(
    InputKind Kind, double AtSeconds, string Topic, ReadOnlyMemory<byte> Payload, string ContentType, FrameFate Fate)
{
    /// <summary>Descriptor and status are retained.</summary>
    public bool Retain => Kind is InputKind.Meta or InputKind.Status;
}
