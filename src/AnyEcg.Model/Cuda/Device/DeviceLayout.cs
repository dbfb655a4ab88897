using System.Runtime.CompilerServices;

namespace AnyEcg.Model;

/// <summary>Divides one allocation: every part begins at a multiple of 256 bytes, which suits vector loads and cuBLASLt's default.</summary>
internal sealed class DeviceLayout
{
    public const int Alignment = 256;

    /// <summary>Of all parts until now.</summary>
    public long Bytes { get; private set; }

    /// <summary>Adds a part and answers its offset.</summary>
    public long Add<T>(long count) where T : unmanaged => Add(checked(count * Unsafe.SizeOf<T>()));

    /// <summary>Adds a part of so many bytes and answers its offset.</summary>
    public long Add(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        long offset = Bytes;
        Bytes = checked(offset + (bytes + Alignment - 1) / Alignment * Alignment);
        return offset;
    }
}
