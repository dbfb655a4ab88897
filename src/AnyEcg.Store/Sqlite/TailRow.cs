using System.Buffers.Binary;

namespace AnyEcg.Store;

/// <summary>
/// An input as it stands in a batch of the tail: 41 bytes of head (id, kind, receive time, epoch, first sample, samples, length; little-endian), then its
/// body. The body is a view of the batch.
/// </summary>
internal readonly record struct TailRow(long Id, byte Kind, long ReceivedNs, long Epoch, long FirstSample, int Samples, ReadOnlyMemory<byte> Body)
{
    private const int Head = 41;

    /// <summary>Bytes in its batch.</summary>
    public int Length => Head + Body.Length;

    public static TailRow Of(in JournalRow row) => new(
        row.Id, row.Input.Kind, row.Input.ReceivedNs, row.Input.Epoch, row.Input.FirstSample, row.Input.Samples, row.Input.Body);

    public void Write(Span<byte> into)
    {
        BinaryPrimitives.WriteInt64LittleEndian(into, Id);
        into[8] = Kind;
        BinaryPrimitives.WriteInt64LittleEndian(into[9..], ReceivedNs);
        BinaryPrimitives.WriteInt64LittleEndian(into[17..], Epoch);
        BinaryPrimitives.WriteInt64LittleEndian(into[25..], FirstSample);
        BinaryPrimitives.WriteInt32LittleEndian(into[33..], Samples);
        BinaryPrimitives.WriteInt32LittleEndian(into[37..], Body.Length);
        Body.Span.CopyTo(into[Head..]);
    }

    /// <summary>Reads the row that begins there.</summary>
    /// <exception cref="StoreRefusedException">There is none.</exception>
    public static TailRow Read(ReadOnlyMemory<byte> batch)
    {
        ReadOnlySpan<byte> bytes = batch.Span;
        int length = bytes.Length < Head ? -1 : BinaryPrimitives.ReadInt32LittleEndian(bytes[37..]);
        if (length < 0 || length > bytes.Length - Head)
            throw new StoreRefusedException(StoreFailure.Corrupt, "The newest inputs in the database are damaged.");
        return new TailRow(
            BinaryPrimitives.ReadInt64LittleEndian(bytes),
            bytes[8],
            BinaryPrimitives.ReadInt64LittleEndian(bytes[9..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[17..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[25..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[33..]),
            batch.Slice(Head, length));
    }

    /// <summary>All rows of a batch.</summary>
    /// <exception cref="StoreRefusedException">One is damaged.</exception>
    public static IEnumerable<TailRow> All(byte[] batch)
    {
        for (int at = 0; at < batch.Length;)
        {
            TailRow row = Read(batch.AsMemory(at));
            yield return row;
            at += row.Length;
        }
    }
}
