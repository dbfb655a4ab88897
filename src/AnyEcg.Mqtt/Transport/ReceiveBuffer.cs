using System.Buffers;

namespace AnyEcg.Mqtt;

/// <summary>
/// What one link has read and not yet delivered, in one piece, so that packets are read where they lie. Grows with what a large packet
/// has really sent, and shrinks again. One loop's; disposed of once that has ended.
/// </summary>
/// <param name="size">Bytes that one read takes at most, usually.</param>
/// <param name="maximumPacketSize">Largest packet accepted, bytes.</param>
internal sealed class ReceiveBuffer(int size, uint maximumPacketSize) : IDisposable
{
    private byte[] bytes = ArrayPool<byte>.Shared.Rent(size);
    private int start;
    private int end;

    /// <summary>Where the next bytes go: never empty.</summary>
    public Memory<byte> Room()
    {
        if (start == end)
            Restart();
        else if (bytes.Length - end < size / 4)
            Compact();
        return bytes.AsMemory(end);
    }

    /// <summary>So many bytes lie where <see cref="Room"/> said.</summary>
    public void Added(int count) => end += count;

    /// <summary>The next whole packet, valid until the next <see cref="Room"/>; throws as <see cref="FrameReader"/> does.</summary>
    public bool TryTake(out byte header, out ReadOnlySpan<byte> body)
    {
        ReadOnlySpan<byte> rest = bytes.AsSpan(start, end - start);
        bool whole = FrameReader.TryRead(ref rest, maximumPacketSize, out header, out body);
        start = end - rest.Length;
        return whole;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(bytes);
        bytes = [];
        start = end = 0;
    }

    private void Restart()
    {
        start = end = 0;
        if (bytes.Length < 4 * size)
            return;
        ArrayPool<byte>.Shared.Return(bytes);
        bytes = ArrayPool<byte>.Shared.Rent(size);
    }

    /// <summary>The beginning of a packet goes to the front; one that fills all there is gets twice the room.</summary>
    private void Compact()
    {
        byte[] old = bytes;
        if (end - start > bytes.Length - size / 4)
            bytes = ArrayPool<byte>.Shared.Rent(2 * old.Length);
        old.AsSpan(start, end - start).CopyTo(bytes);
        (start, end) = (0, end - start);
        if (bytes != old)
            ArrayPool<byte>.Shared.Return(old);
    }
}
