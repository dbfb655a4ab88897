namespace AnyEcg.Recordings;

/// <summary>
/// A FLAC signal file: WFDB formats 508, 516 and 524, a channel for each signal. Frames are decoded in order, their checksums
/// verified; now and then where one begins is noted, so that going back is quick. Memory: one frame, at most 65,536 samples of
/// each channel, and 16 bytes for every 64 frames.
/// </summary>
internal sealed class FlacSamples : FlatSamples
{
    private const int WindowFrames = 8192, FramesPerMark = 64, StreamInfoBytes = 34, MaxChannels = 8;

    /// <summary>A frame takes this many bytes at least, and holds 65,536 samples at most: a longer recording is not in the file.</summary>
    private const int MinFrameBytes = 10, MaxFrameSamples = 65_536;

    private readonly Stream stream;
    private readonly FlacBits bits;
    private readonly FlacFrame frame;
    private readonly int channels;
    private readonly long perChannel;
    private readonly List<(long Sample, long Position)> marks = [];
    private long next;
    private long framesDone;

    private FlacSamples(Stream stream, FlacBits bits, int channels, int bitsPerSample, long perChannel)
        : base(WindowFrames * channels)
    {
        this.stream = stream;
        this.bits = bits;
        this.channels = channels;
        this.perChannel = perChannel;
        frame = new FlacFrame(bits, channels, bitsPerSample);
        Missing = -(1 << (bitsPerSample - 1));
        marks.Add((0, bits.Position));
    }

    public override long Count => perChannel * channels;

    public override int? Missing { get; }

    /// <exception cref="RecordingFormatException">No FLAC file of that many channels and bits, or one that does not say how long it is.</exception>
    public static FlacSamples Open(Stream stream, string name, int channels, int bitsPerSample)
    {
        FlacBits bits = new(stream, name);
        bits.Seek(0);
        if (stream.Length < 8 + StreamInfoBytes || bits.Read(32) != 0x664c6143)
        {
            throw bits.Fault("does not begin as one");
        }

        bool isLast = bits.Read(1) != 0;
        if (bits.Read(7) != 0 || bits.Read(24) != StreamInfoBytes)
        {
            throw bits.Fault("does not begin with what it says of its stream");
        }

        bits.Seek(bits.Position + 10);
        bits.Read(20);
        int inFile = (int)bits.Read(3) + 1, width = (int)bits.Read(5) + 1;
        long samples = ((long)bits.Read(4) << 32) | bits.Read(32);
        if (inFile != channels || width != bitsPerSample || channels > MaxChannels)
        {
            throw bits.Fault($"has {inFile} channels of {width} bits; its header says {channels} of {bitsPerSample}");
        }

        if (samples == 0 || samples / MaxFrameSamples > stream.Length / MinFrameBytes)
        {
            throw bits.Fault($"says that it holds {samples} samples, which is not so");
        }

        bits.Seek(bits.Position + 16);
        SkipMetadata(bits, stream.Length, isLast);
        return new FlacSamples(stream, bits, channels, bitsPerSample, samples);
    }

    public override void Dispose() => stream.Dispose();

    protected override int Load(long index, Span<int> into)
    {
        long first = index * WindowFrames;
        int count = (int)Math.Clamp(perChannel - first, 0, WindowFrames);
        if (count == 0)
        {
            return 0;
        }

        if (first < next - frame.Count)
        {
            GoBack(first);
        }

        for (int done = 0; done < count;)
        {
            while (next <= first + done)
            {
                Decode();
            }

            int within = (int)(first + done - (next - frame.Count));
            int part = Math.Min(count - done, frame.Count - within);
            for (int channel = 0; channel < channels; channel++)
            {
                ReadOnlySpan<int> from = frame.Channel(channel).Slice(within, part);
                for (int i = 0; i < part; i++)
                {
                    into[((done + i) * channels) + channel] = from[i];
                }
            }

            done += part;
        }

        return count * channels;
    }

    private static void SkipMetadata(FlacBits bits, long length, bool isLast)
    {
        while (!isLast)
        {
            isLast = bits.Read(1) != 0;
            bits.Read(7);
            long end = bits.Read(24) + bits.Position;
            if (end > length)
            {
                throw bits.Fault("ends within its metadata");
            }

            bits.Seek(end);
        }
    }

    private void Decode()
    {
        frame.Read();
        next += frame.Count;
        framesDone++;
        if (framesDone % FramesPerMark == 0 && next > marks[^1].Sample)
        {
            marks.Add((next, bits.Position));
        }
    }

    private void GoBack(long sample)
    {
        (long start, long position) = marks.FindLast(mark => mark.Sample <= sample);
        bits.Seek(position);
        next = start;
        framesDone = 0;
        frame.Clear();
    }
}
