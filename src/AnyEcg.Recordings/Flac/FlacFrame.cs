namespace AnyEcg.Recordings;

/// <summary>Decodes FLAC frames one after the other (RFC 9639, section 9). The block is reused.</summary>
internal sealed class FlacFrame(FlacBits bits, int channels, int bitsPerSample)
{
    private const int MaxBlock = 65_536, LeftSide = 8, SideRight = 9, MidSide = 10;

    private int[][] block = [.. Enumerable.Range(0, channels).Select(_ => new int[4096])];

    /// <summary>Samples of each channel in the frame read last.</summary>
    public int Count { get; private set; }

    /// <summary>Forgets the frame read last.</summary>
    public void Clear() => Count = 0;

    public ReadOnlySpan<int> Channel(int channel) => block[channel].AsSpan(0, Count);

    /// <exception cref="RecordingFormatException">The frame is damaged; the message has the byte.</exception>
    public void Read()
    {
        bits.BeginFrame();
        int assignment = ReadHeader();
        for (int channel = 0; channel < channels; channel++)
        {
            bool isSide = assignment == SideRight ? channel == 0 : assignment >= LeftSide && channel == 1;
            FlacSubframe.Read(bits, bitsPerSample + (isSide ? 1 : 0), block[channel].AsSpan(0, Count));
        }

        bits.Align();
        ushort crc = bits.Crc16;
        if (bits.Read(16) != crc)
        {
            throw bits.Fault("has a frame whose checksum is wrong");
        }

        if (assignment >= LeftSide)
        {
            Separate(assignment, block[0].AsSpan(0, Count), block[1].AsSpan(0, Count));
        }
    }

    /// <returns>The channel assignment.</returns>
    private int ReadHeader()
    {
        if (bits.Read(15) != 0x7ffc)
        {
            throw bits.Fault("has no frame where one must begin");
        }

        bits.Read(1);
        int sizeCode = (int)bits.Read(4), rateCode = (int)bits.Read(4), assignment = (int)bits.Read(4), widthCode = (int)bits.Read(3);
        bits.Read(1);
        SkipNumber();
        Count = BlockSize(sizeCode);
        bits.Read(rateCode switch { 12 => 8, 13 or 14 => 16, _ => 0 });
        byte crc = bits.Crc8;
        if (bits.Read(8) != crc)
        {
            throw bits.Fault("has a frame header whose checksum is wrong");
        }

        int width = widthCode switch { 0 => bitsPerSample, 1 => 8, 2 => 12, 4 => 16, 5 => 20, 6 => 24, _ => 0 };
        int count = assignment < LeftSide ? assignment + 1 : assignment <= MidSide ? 2 : 0;
        if (width != bitsPerSample || count != channels)
        {
            throw bits.Fault($"has a frame of {count} channels of {width} bits among those of {channels} of {bitsPerSample}");
        }

        if (block[0].Length < Count)
        {
            block = [.. block.Select(_ => new int[Count])];
        }

        return assignment;
    }

    private int BlockSize(int code)
    {
        int size = code switch
        {
            0 => 0,
            1 => 192,
            <= 5 => 576 << (code - 2),
            6 => (int)bits.Read(8) + 1,
            7 => (int)bits.Read(16) + 1,
            _ => 256 << (code - 8),
        };
        return size is > 0 and <= MaxBlock ? size : throw bits.Fault("has a frame of a reserved size");
    }

    /// <summary>The frame's number is coded as UTF-8 codes characters: ones at the beginning tell how many bytes follow.</summary>
    private void SkipNumber()
    {
        int ones = 0;
        while (ones < 8 && bits.Read(1) == 1)
        {
            ones++;
        }

        if (ones is 1 or 8)
        {
            throw bits.Fault("has a frame whose number is no number");
        }

        bits.Read(7 - ones);
        for (int i = 1; i < ones; i++)
        {
            bits.Read(8);
        }
    }

    private static void Separate(int assignment, Span<int> first, Span<int> second)
    {
        for (int i = 0; i < first.Length; i++)
        {
            switch (assignment)
            {
                case LeftSide:
                    second[i] = first[i] - second[i];
                    break;
                case SideRight:
                    first[i] += second[i];
                    break;
                default:
                    int sum = (first[i] << 1) | (second[i] & 1);
                    (first[i], second[i]) = ((sum + second[i]) >> 1, (sum - second[i]) >> 1);
                    break;
            }
        }
    }
}
