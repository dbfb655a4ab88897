namespace AnyEcg.Recordings;

/// <summary>
/// The 16-bit words of an MIT annotation file, annot(5) of the WFDB manual: a code in the upper six bits, a number in the
/// lower ten. Codes from <see cref="Skip"/> on are not annotations but say more about their neighbours.
/// </summary>
internal static class MitWord
{
    public const int Skip = 59, Number = 60, SubType = 61, Channel = 62, Aux = 63;

    public const int FirstPseudoCode = Skip;

    public const int MaxValue = 0x3ff;

    public static int Code(int word) => word >> 10;

    public static int Value(int word) => word & MaxValue;

    public static int Make(int code, int value) => (code << 10) | (value & MaxValue);
}
