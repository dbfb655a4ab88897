using AnyEcg.Signal;

namespace AnyEcg.Protocol;

/// <summary>Picks the codec of a frame message by its Content Type, else by its stream's descriptor. Never guesses.</summary>
public static class FrameDecoder
{
    /// <summary>
    /// Decodes into a frame of the caller's; after a rejection its contents are undefined. Without a descriptor a message that
    /// names its own content type is decoded, but the number of leads is then nobody's to check. A format without a sample count
    /// leaves the frame <see cref="EcgFrame.Unplaced"/>, for the stream's <see cref="PositionTracker"/>.
    /// </summary>
    /// <param name="contentType">The MQTT 5 Content Type, or null where there is none.</param>
    /// <param name="descriptor">The stream's descriptor, or null where none has come yet.</param>
    /// <param name="payload">The message's payload.</param>
    /// <param name="into">Filled; <see cref="EcgFrame.ReceivedNs"/> is left alone.</param>
    /// <param name="topic">The stream of the message's topic, which a payload that names its stream must agree with; null: unknown.</param>
    public static FrameRejection Decode(
        string? contentType, StreamDescriptor? descriptor, ReadOnlySpan<byte> payload, EcgFrame into, StreamKey? topic = null)
    {
        if (payload.Length > FrameLimits.MaxPayloadBytes)
            return FrameRejection.TooLarge;

        bool named = !string.IsNullOrEmpty(contentType);
        if (!named && descriptor is null)
            return FrameRejection.NoDescriptor;

        FrameRejection fault = Find(named ? contentType : descriptor!.ContentType) switch
        {
            Codec.Native => NativeFrameCodec.Decode(payload, into),
            Codec.Json => JsonFrameCodec.Decode(payload, descriptor, into, topic),
            Codec.Cbor => CborFrameCodec.Decode(payload, descriptor, into, topic),
            Codec.Fhir => FhirFrameCodec.Decode(payload, descriptor, into, topic),
            Codec.Polar => PolarFrameCodec.Decode(payload, descriptor, into),
            _ => FrameRejection.UnknownContentType,
        };
        if (fault != FrameRejection.None || descriptor is null)
            return fault;
        return into.LeadCount == descriptor.Leads.Length ? FrameRejection.None : FrameRejection.LeadCountMismatch;
    }

    /// <summary>Whether any codec answers to a content type.</summary>
    public static bool Knows(string? contentType) => Find(contentType) != Codec.Unknown;

    /// <summary>By the type alone, without parameters such as a charset.</summary>
    private static Codec Find(ReadOnlySpan<char> contentType)
    {
        int parameters = contentType.IndexOf(';');
        ReadOnlySpan<char> type = (parameters < 0 ? contentType : contentType[..parameters]).Trim();
        return type.Equals(NativeFrameCodec.ContentType, StringComparison.OrdinalIgnoreCase) ? Codec.Native
            : type.Equals(JsonFrameCodec.ContentType, StringComparison.OrdinalIgnoreCase) ? Codec.Json
            : type.Equals(CborFrameCodec.ContentType, StringComparison.OrdinalIgnoreCase) ? Codec.Cbor
            : type.Equals(FhirFrameCodec.ContentType, StringComparison.OrdinalIgnoreCase) ? Codec.Fhir
            : type.Equals(PolarFrameCodec.ContentType, StringComparison.OrdinalIgnoreCase) ? Codec.Polar
            : Codec.Unknown;
    }

    private enum Codec
    {
        Unknown,
        Native,
        Json,
        Cbor,
        Fhir,
        Polar,
    }
}
