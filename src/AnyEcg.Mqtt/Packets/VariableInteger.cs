namespace AnyEcg.Mqtt;

internal enum VariableIntegerStatus
{
    Complete,

    /// <summary>More bytes are needed.</summary>
    Short,
    Invalid,
}

/// <summary>Variable Byte Integer (MQTT 5.0, section 1.5.5): seven bits a byte, lowest first, at most four bytes, shortest form.</summary>
internal static class VariableInteger
{
    public const uint Maximum = 268_435_455;

    public static int Size(uint value) => value switch
    {
        < 1u << 7 => 1,
        < 1u << 14 => 2,
        < 1u << 21 => 3,
        _ => 4,
    };

    public static VariableIntegerStatus TryRead(ReadOnlySpan<byte> data, out uint value, out int used)
    {
        value = 0;
        for (used = 0; used < 4; used++)
        {
            if (used == data.Length)
                return VariableIntegerStatus.Short;
            byte next = data[used];
            value |= (uint)(next & 0x7F) << (7 * used);
            if (next < 0x80)
            {
                used++;
                return next == 0 && used > 1 ? VariableIntegerStatus.Invalid : VariableIntegerStatus.Complete;
            }
        }

        return VariableIntegerStatus.Invalid;
    }

    public static void Write(Span<byte> destination, uint value)
    {
        int size = Size(value);
        for (int i = 0; i < size; i++)
        {
            destination[i] = (byte)((value & 0x7F) | (i < size - 1 ? 0x80u : 0u));
            value >>= 7;
        }
    }
}
