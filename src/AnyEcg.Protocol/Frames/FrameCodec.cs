namespace AnyEcg.Protocol;

/// <summary>How the samples of a native frame are written. The values are on the wire: never renumber them.</summary>
public enum FrameCodec : byte
{
    /// <summary>Two's complement, 2 bytes, little-endian.</summary>
    Int16 = 1,

    /// <summary>Two's complement, 3 bytes, little-endian.</summary>
    Int24 = 2,

    /// <summary>IEEE 754 binary32, little-endian.</summary>
    Float32 = 3,

    /// <summary>Per lead: zigzag of the difference to the sample before (0 before the first), as base-128 varint of 1 to 4 bytes.</summary>
    DeltaVarint = 4,
}
