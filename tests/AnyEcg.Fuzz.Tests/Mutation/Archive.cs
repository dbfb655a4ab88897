using System.Buffers.Binary;
using System.Text;

namespace AnyEcg.Fuzz.Tests;

/// <summary>
/// A record of several files as one input: for each a length byte and the name, then a 32-bit little-endian length and the
/// bytes. The first member is where a reader begins.
/// </summary>
internal static class Archive
{
    public static byte[] Pack(IEnumerable<KeyValuePair<string, byte[]>> members)
    {
        List<byte> packed = [];
        Span<byte> length = stackalloc byte[4];
        foreach ((string name, byte[] bytes) in members)
        {
            packed.Add((byte)name.Length);
            packed.AddRange(Encoding.ASCII.GetBytes(name));
            BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
            packed.AddRange(length);
            packed.AddRange(bytes);
        }

        return [.. packed];
    }

    /// <summary>What is cut short is left out.</summary>
    public static IEnumerable<KeyValuePair<string, byte[]>> Unpack(byte[] packed)
    {
        for (int at = 0; at < packed.Length;)
        {
            int name = at + 1;
            int length = name + packed[at];
            if (length + 4 > packed.Length)
                yield break;
            int start = length + 4;
            int count = BinaryPrimitives.ReadInt32LittleEndian(packed.AsSpan(length));
            if (count < 0 || count > packed.Length - start)
                yield break;
            yield return new(Encoding.ASCII.GetString(packed, name, packed[at]), packed[start..(start + count)]);
            at = start + count;
        }
    }
}
