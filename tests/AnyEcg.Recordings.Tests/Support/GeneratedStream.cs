namespace AnyEcg.Recordings.Tests;

/// <summary>A file of any length that holds nothing: the byte at p is a function of p.</summary>
internal sealed class GeneratedStream(long length) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position { get; set; }

    /// <summary>The 16-bit sample at an index: low byte, then high byte.</summary>
    public static short SampleAt(long index) => (short)(ByteAt(2 * index) | (ByteAt((2 * index) + 1) << 8));

    public override int Read(Span<byte> buffer)
    {
        int count = (int)Math.Min(buffer.Length, length - Position);
        for (int i = 0; i < count; i++)
        {
            buffer[i] = ByteAt(Position + i);
        }

        Position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private static byte ByteAt(long position) => (byte)((position * 37) ^ (position >> 11));
}
