namespace AnyEcg.Recordings.Tests;

/// <summary>A beginning, then the same bytes over and over: a long file that holds nothing.</summary>
internal sealed class RepeatedStream(byte[] start, byte[] unit, long times) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => start.Length + (unit.Length * times);

    public override long Position { get; set; }

    public override int Read(Span<byte> buffer)
    {
        int count = (int)Math.Min(buffer.Length, Length - Position);
        for (int i = 0; i < count; i++)
        {
            long at = Position + i;
            buffer[i] = at < start.Length ? start[at] : unit[(at - start.Length) % unit.Length];
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
}
