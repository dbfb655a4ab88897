using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using AnyEcg.Engine;

namespace AnyEcg.Worker;

/// <summary>
/// A stream's state in the store: its bytes behind a checksum (CRC-32C), because a damaged number would go on being used. Its
/// layout is named beside it; rings of other weights are told by the rings themselves.
/// </summary>
internal static class SnapshotBody
{
    private const int Head = 4;

    /// <summary>The layout of the states that this version writes and reads.</summary>
    public static string Format { get; } = string.Create(CultureInfo.InvariantCulture, $"state-{StreamEngine.StateVersion}");

    /// <summary>Bytes of the body of a state.</summary>
    public static int Length(ReadOnlySpan<byte> state) => Head + state.Length;

    /// <param name="state">What to keep.</param>
    /// <param name="body">Takes <see cref="Length"/> bytes.</param>
    public static void Write(ReadOnlySpan<byte> state, Span<byte> body)
    {
        state.CopyTo(body[Head..]);
        BinaryPrimitives.WriteUInt32LittleEndian(body, Checksum(state));
    }

    /// <exception cref="InvalidDataException">It is not what was written.</exception>
    public static ReadOnlyMemory<byte> Read(byte[] body)
    {
        ReadOnlyMemory<byte> state = body.AsMemory(Math.Min(Head, body.Length));
        return body.Length >= Head && BinaryPrimitives.ReadUInt32LittleEndian(body) == Checksum(state.Span)
            ? state
            : throw new InvalidDataException("A snapshot's checksum does not fit.");
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (ulong word in words)
        {
            crc = BitOperations.Crc32C(crc, word);
        }

        foreach (byte rest in bytes[(words.Length * sizeof(ulong))..])
        {
            crc = BitOperations.Crc32C(crc, rest);
        }

        return ~crc;
    }
}
