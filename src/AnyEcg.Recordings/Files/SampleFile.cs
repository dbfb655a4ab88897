namespace AnyEcg.Recordings;

/// <summary>
/// The samples of one signal file as one sequence, read through a window of <see cref="WindowBytes"/>: memory does not
/// grow with the file. Owns its stream. One thread at a time.
/// </summary>
internal sealed class SampleFile(Stream stream, string name, SampleFormat format, long byteOffset) : IDisposable
{
    /// <summary>A multiple of 2 and 3, so that no sample of any format straddles two windows.</summary>
    public const int WindowBytes = 49_152;

    private readonly byte[] bytes = new byte[WindowBytes];
    private readonly short[] window = new short[format.SamplesIn(WindowBytes)];
    private long windowIndex = -1;
    private int windowCount;
    private long streamPosition;

    public short? Missing => format.Missing;

    /// <summary>Whole samples in the file, where the stream knows its length.</summary>
    public long? Length => stream.CanSeek ? format.SamplesIn(Math.Max(0, stream.Length - byteOffset)) : null;

    /// <summary>Copies samples from <paramref name="first"/> on; returns how many, fewer than asked for only at the end of the file.</summary>
    /// <exception cref="RecordingFormatException">A step back on a stream that cannot seek.</exception>
    public int Read(long first, Span<short> destination)
    {
        int done = 0;
        while (done < destination.Length)
        {
            (long index, long within) = Math.DivRem(first + done, window.Length);
            if (index != windowIndex)
            {
                Load(index);
            }

            int count = Math.Min(destination.Length - done, windowCount - (int)within);
            if (count <= 0)
            {
                break;
            }

            window.AsSpan((int)within, count).CopyTo(destination[done..]);
            done += count;
        }

        return done;
    }

    public void Dispose() => stream.Dispose();

    private void Load(long index)
    {
        MoveTo(byteOffset + (index * WindowBytes));
        int read = stream.ReadAtLeast(bytes, WindowBytes, throwOnEndOfStream: false);
        streamPosition += read;
        windowCount = (int)format.SamplesIn(read);
        windowIndex = index;
        format.Decode(bytes, window.AsSpan(0, windowCount));
    }

    private void MoveTo(long position)
    {
        if (stream.CanSeek)
        {
            stream.Position = streamPosition = position;
            return;
        }

        if (position < streamPosition)
        {
            throw new RecordingFormatException($"{name} comes from a stream that cannot go back.");
        }

        while (streamPosition < position)
        {
            int read = stream.Read(bytes, 0, (int)Math.Min(bytes.Length, position - streamPosition));
            if (read == 0)
            {
                break;
            }

            streamPosition += read;
        }
    }
}
