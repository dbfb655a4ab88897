namespace AnyEcg.Recordings;

/// <summary>Samples that are packed into bytes in a <see cref="SampleFormat"/>, from a byte of a file on. The stream must be able to seek.</summary>
internal sealed class PackedSamples : FlatSamples
{
    /// <summary>A multiple of the bytes of a group of any format, so that no sample straddles two windows.</summary>
    public const int WindowBytes = 49_152;

    private readonly Stream stream;
    private readonly SampleFormat format;
    private readonly long byteOffset;
    private byte[] bytes = [];

    public PackedSamples(Stream stream, SampleFormat format, long byteOffset)
        : base((int)format.SamplesIn(WindowBytes))
    {
        this.stream = stream;
        this.format = format;
        this.byteOffset = byteOffset;
        Count = format.SamplesIn(Math.Max(0, stream.Length - byteOffset));
    }

    public override long Count { get; }

    public override int? Missing => format.Missing;

    public override void Dispose() => stream.Dispose();

    protected override int Load(long index, Span<int> into)
    {
        if (bytes.Length == 0)
        {
            bytes = new byte[WindowBytes];
        }

        stream.Position = byteOffset + (index * WindowBytes);
        int read = stream.ReadAtLeast(bytes, WindowBytes, throwOnEndOfStream: false);
        int count = (int)format.SamplesIn(read);
        format.Decode(bytes, into[..count]);
        return count;
    }
}
