namespace AnyEcg.Protocol;

/// <summary>Why a frame was not decoded. Each is a counter's label; see <see cref="Rejections"/> for the names.</summary>
public enum FrameRejection : byte
{
    None,

    /// <summary>No Content Type on the message and no descriptor to name one, or a lead count that only a descriptor can give.</summary>
    NoDescriptor,

    /// <summary>A content type that no codec answers to, or none at all. MQTT reason code 0x99.</summary>
    UnknownContentType,

    /// <summary>More than <see cref="FrameLimits.MaxPayloadBytes"/> or <see cref="FrameLimits.MaxSamplesPerLead"/>.</summary>
    TooLarge,

    BadMagic,

    BadVersion,

    BadCrc,

    BadCodec,

    /// <summary>Reserved flag bits set, or a device-time mark of 3.</summary>
    BadFlags,

    /// <summary>The payload is shorter or longer than its header says, or there is no sample in it.</summary>
    BadLength,

    /// <summary>Zero leads or more than 16.</summary>
    BadLeadCount,

    /// <summary>The number of leads is not the descriptor's.</summary>
    LeadCountMismatch,

    /// <summary>The leads are not equally long.</summary>
    RaggedLeads,

    /// <summary>A lead-off bit of a lead that the frame does not have.</summary>
    BadLeadOff,

    /// <summary>First sample below zero or above <see cref="FrameLimits.MaxFirstSample"/>.</summary>
    BadPosition,

    /// <summary>A variable-length integer that is unfinished, too long or not in its shortest form.</summary>
    BadVarint,

    /// <summary>A sample outside what its codec carries.</summary>
    OutOfRange,

    /// <summary>NaN or infinity.</summary>
    NotFinite,

    /// <summary>Not JSON, or not this object: a field missing, twice, or of the wrong kind.</summary>
    BadJson,

    /// <summary>It names another group or stream than its topic.</summary>
    StreamMismatch,

    /// <summary>Base64 that is not base64.</summary>
    BadBase64,

    /// <summary>A device time that is neither ISO 8601 nor integer nanoseconds, or outside what these can say.</summary>
    BadTime,

    /// <summary>A notification of another measurement than ECG, a FHIR resource without sampled data.</summary>
    BadMeasurement,

    /// <summary>Not CBOR, not this map, or a form of CBOR that is not read: a field missing, twice, or of the wrong kind.</summary>
    BadCbor,

    /// <summary>A sampling rate in the message that is not the descriptor's.</summary>
    RateMismatch,

    /// <summary>A unit that is no voltage or time we know, or none at all.</summary>
    BadUnit,

    /// <summary>A lead that the descriptor does not have, or one twice.</summary>
    BadLead,
}
