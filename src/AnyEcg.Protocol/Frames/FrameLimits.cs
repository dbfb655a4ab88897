namespace AnyEcg.Protocol;

/// <summary>Bounds that every frame keeps, whatever its codec; checked before anything is allocated or read.</summary>
public static class FrameLimits
{
    /// <summary>Most samples per lead: 20 s at the highest device rate. Longer backfill comes in several frames.</summary>
    public const int MaxSamplesPerLead = 20_000;

    /// <summary>Most bytes of one message: fits a 1 MiB MQTT packet with topic and properties; an endless line of JSON does not.</summary>
    public const int MaxPayloadBytes = 1_000_000;

    /// <summary>Highest sample position, 2^48: 8,900 years at 1000 Hz, and its products with a rate still fit 64 bits.</summary>
    public const long MaxFirstSample = 1L << 48;

    /// <summary>Range of the integer codecs, 24 bits: what a float carries exactly with one bit to spare.</summary>
    public const int MinInteger = -(1 << 23), MaxInteger = (1 << 23) - 1;

    /// <summary>Largest magnitude in float32 and JSON, 2^24: beyond it neighbouring integers are no longer told apart.</summary>
    public const float MaxMagnitude = 1 << 24;
}
