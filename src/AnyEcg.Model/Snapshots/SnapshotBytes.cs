using System.Runtime.InteropServices;

namespace AnyEcg.Model;

/// <summary>Values one after the other.</summary>
internal static class SnapshotBytes
{
    public static void Put<T>(ref Span<byte> destination, scoped ReadOnlySpan<T> values)
        where T : unmanaged
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(values);
        bytes.CopyTo(destination);
        destination = destination[bytes.Length..];
    }

    public static void Take<T>(ref ReadOnlySpan<byte> source, scoped Span<T> values)
        where T : unmanaged
    {
        Span<byte> bytes = MemoryMarshal.AsBytes(values);
        source[..bytes.Length].CopyTo(bytes);
        source = source[bytes.Length..];
    }

    public static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> source, int bytes)
    {
        ReadOnlySpan<byte> taken = source[..bytes];
        source = source[bytes..];
        return taken;
    }
}
