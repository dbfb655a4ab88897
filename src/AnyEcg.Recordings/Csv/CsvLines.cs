namespace AnyEcg.Recordings;

/// <summary>
/// The lines of a text file as bytes, with where they begin; without the byte order mark that spreadsheets put before the first.
/// No line may be longer than <see cref="MaxLineBytes"/>.
/// </summary>
internal sealed class CsvLines(Stream stream, string name)
{
    public const int MaxLineBytes = 16_384;

    private static ReadOnlySpan<byte> ByteOrderMark => "\ufeff"u8;

    private readonly byte[] buffer = new byte[4 * MaxLineBytes];
    private int start;
    private int end;

    /// <summary>Byte of the file that the next line begins with.</summary>
    public long Position { get; private set; }

    /// <summary>Number of the line read last, from 1 on; only counted from where reading began.</summary>
    public long Number { get; private set; }

    public void Seek(long position, long number)
    {
        stream.Position = position;
        Position = position;
        Number = number;
        (start, end) = (0, 0);
    }

    /// <summary>Reads the next line, without its end; valid until the next call. False at the end of the file.</summary>
    /// <exception cref="RecordingFormatException">The line is too long.</exception>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        int length = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
        if (length < 0)
        {
            Refill();
            length = buffer.AsSpan(0, end).IndexOf((byte)'\n');
        }

        bool isLast = length < 0;
        length = isLast ? end - start : length;
        if (length > MaxLineBytes)
        {
            throw new RecordingFormatException($"{name}, line {Number + 1} is longer than {MaxLineBytes} bytes.");
        }

        line = buffer.AsSpan(start, length).TrimEnd((byte)'\r');
        line = Position == 0 && line.StartsWith(ByteOrderMark) ? line[ByteOrderMark.Length..] : line;
        int taken = isLast ? length : length + 1;
        start += taken;
        Position += taken;
        Number++;
        return taken > 0;
    }

    private void Refill()
    {
        buffer.AsSpan(start, end - start).CopyTo(buffer);
        end -= start;
        start = 0;
        end += stream.ReadAtLeast(buffer.AsSpan(end), buffer.Length - end, throwOnEndOfStream: false);
    }
}
