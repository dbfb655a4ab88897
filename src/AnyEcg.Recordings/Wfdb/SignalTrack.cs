namespace AnyEcg.Recordings;

/// <summary>
/// One signal of one WFDB record: where it lies in its file, its skew, and the sum and first value of what has been read in
/// order, to be compared with the header.
/// </summary>
internal sealed class SignalTrack(WfdbSignal signal, FlatSamples? file, FrameSlot slot, long count)
{
    private readonly int[] block = new int[4096];
    private long summed;
    private long sum;
    private int initial;

    public long Count => count;

    /// <summary>First sample of the file that belongs to the record: a skewed signal comes late in the file.</summary>
    private long Ahead => (long)signal.Skew * signal.SamplesPerFrame;

    public int Read(long first, Span<double> destination)
    {
        int wanted = (int)Math.Min(destination.Length, Math.Max(0, count - first));
        int done = 0;
        while (done < wanted)
        {
            int part = Math.Min(block.Length, wanted - done);
            Fill(first + Ahead + done, block.AsSpan(0, part), destination.Slice(done, part));
            done += part;
        }

        return wanted;
    }

    /// <summary>The comparison with the header, once all samples of the file have been read in order.</summary>
    public SignalCheck? Check(short? checksum) => summed < count || file is null
        ? null
        : new SignalCheck(
            signal.InitialValue is { } stated ? stated == initial : null,
            checksum is { } expected ? expected == unchecked((short)sum) : null);

    private void Fill(long at, Span<int> raw, Span<double> destination)
    {
        int inRecord = (int)Math.Clamp(count - at, 0, raw.Length);
        int got = file is null ? 0 : Fill(file, at, raw[..inRecord], destination);

        // What a skewed signal lacks at its end, and a signal that has no file.
        destination[got..].Fill(double.NaN);
    }

    private int Fill(FlatSamples from, long at, Span<int> raw, Span<double> destination)
    {
        int got = from.Read(slot, at, raw);
        Sum(from, at, raw[..got]);
        for (int i = 0; i < got; i++)
        {
            destination[i] = raw[i] == from.Missing ? double.NaN : raw[i];
        }

        return got;
    }

    /// <summary>The header's sum is over the samples of the file, those before a skewed signal's first one included.</summary>
    private void Sum(FlatSamples from, long at, ReadOnlySpan<int> raw)
    {
        if (at == Ahead)
        {
            (summed, sum) = (0, 0);
            Span<int> before = stackalloc int[256];
            while (summed < Ahead && from.Read(slot, summed, before[..(int)Math.Min(before.Length, Ahead - summed)]) is > 0 and int got)
            {
                Add(before[..got]);
            }
        }

        if (at == summed)
        {
            Add(raw);
        }
    }

    private void Add(ReadOnlySpan<int> raw)
    {
        if (summed == 0 && raw.Length > 0)
        {
            initial = raw[0];
        }

        foreach (int value in raw)
        {
            sum += value;
        }

        summed += raw.Length;
    }
}
