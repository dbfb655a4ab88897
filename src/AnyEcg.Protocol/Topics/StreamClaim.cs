using System.Text.Json;
using AnyEcg.Signal;

namespace AnyEcg.Protocol;

/// <summary>
/// What a payload says of its own group and stream: optional, but where it says anything it must be what its topic says. The
/// broker's access control binds a device to its topics, so the topic is the one that is believed; a payload that names another
/// stream is a device that is set up wrongly, or a message that somebody has moved.
/// </summary>
internal static class StreamClaim
{
    /// <summary>Whether a claim holds; a part that is not claimed does, and so does all where no topic is known.</summary>
    public static bool Agrees(StreamKey? topic, string? group, string? stream) =>
        topic is not { } key || ((group is null || group == key.Group) && (stream is null || stream == key.Stream));

    /// <summary>FHIR has a place for it: the Observation's device, by an identifier of our own system, with {group}/{stream} as its value.</summary>
    private const string IdentifierSystem = "urn:anyecg:stream";

    /// <summary>The same for a FHIR Observation; identifiers of other systems are nobody's claim here.</summary>
    public static FrameRejection JudgeFhir(JsonElement root, StreamKey? topic)
    {
        if (!root.TryObject("device", out JsonElement device) || !device.TryObject("identifier", out JsonElement identifier))
            return FrameRejection.None;
        if (!identifier.TryText("system", out string? system) || !identifier.TryText("value", out string? value))
            return FrameRejection.BadJson;
        return system != IdentifierSystem || topic is not { } key || value == key.ToString() ? FrameRejection.None : FrameRejection.StreamMismatch;
    }

    /// <summary>The reason for which a small document's claim is refused, or none. A claim that is no text is a bad field.</summary>
    public static DocumentRejection Judge(JsonElement root, StreamKey? topic)
    {
        if (!root.TryText("group", out string? group) || !root.TryText("stream", out string? stream))
            return DocumentRejection.BadField;
        return Agrees(topic, group, stream) ? DocumentRejection.None : DocumentRejection.StreamMismatch;
    }
}
