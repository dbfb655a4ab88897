namespace AnyEcg.Recordings;

/// <summary>
/// The bits of a FLAC file, highest first, with the two checksums of the frame that is being read. Reads ahead in the file by
/// one buffer, in the checksums not at all.
/// </summary>
internal sealed class FlacBits(Stream stream, string name)
{
    private static readonly byte[] Crc8Table = [.. Enumerable.Range(0, 256).Select(value => (byte)Remainder(value, 8, 0x07))];
    private static readonly ushort[] Crc16Table = [.. Enumerable.Range(0, 256).Select(value => (ushort)Remainder(value, 16, 0x8005))];

    private readonly byte[] buffer = new byte[16_384];
    private long bufferPosition;
    private int at;
    private int end;
    private int current;
    private int left;

    /// <summary>Byte of the file that is read next, once the current one is used up.</summary>
    public long Position => bufferPosition + at;

    public byte Crc8 { get; private set; }

    public ushort Crc16 { get; private set; }

    public void Seek(long position)
    {
        stream.Position = bufferPosition = position;
        (at, end, left) = (0, 0, 0);
    }

    /// <summary>Begins the checksums anew; only between two bytes.</summary>
    public void BeginFrame() => (Crc8, Crc16) = (0, 0);

    /// <summary>Leaves the rest of the current byte.</summary>
    public void Align() => left = 0;

    public bool AtEnd() => at == end && !Refill();

    /// <exception cref="RecordingFormatException">The file ends.</exception>
    public uint Read(int bits)
    {
        uint value = 0;
        while (bits > 0)
        {
            if (left == 0)
            {
                NextByte();
            }

            int part = Math.Min(bits, left);
            left -= part;
            bits -= part;
            value = (value << part) | (uint)((current >> left) & ((1 << part) - 1));
        }

        return value;
    }

    public int ReadSigned(int bits) => bits == 0 ? 0 : (int)Read(bits) << (32 - bits) >> (32 - bits);

    /// <summary>Zeros before the next one, which is taken too.</summary>
    public uint ReadUnary()
    {
        uint zeros = 0;
        while (Read(1) == 0)
        {
            zeros++;
        }

        return zeros;
    }

    public RecordingFormatException Fault(string what) => new($"{name}, byte {Position}: the FLAC file {what}.");

    private void NextByte()
    {
        if (at == end && !Refill())
        {
            throw Fault("ends within a frame");
        }

        current = buffer[at++];
        left = 8;
        Crc8 = Crc8Table[Crc8 ^ current];
        Crc16 = (ushort)((Crc16 << 8) ^ Crc16Table[(Crc16 >> 8) ^ current]);
    }

    private bool Refill()
    {
        bufferPosition += end;
        at = 0;
        end = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        return end > 0;
    }

    private static int Remainder(int value, int width, int polynomial)
    {
        int remainder = value << (width - 8);
        for (int bit = 0; bit < 8; bit++)
        {
            remainder = (remainder >> (width - 1) & 1) != 0 ? (remainder << 1) ^ polynomial : remainder << 1;
        }

        return remainder & ((1 << width) - 1);
    }
}
