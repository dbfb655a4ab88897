namespace AnyEcg.Recordings;

/// <summary>The signals that share one file, frame by frame, and their running sums.</summary>
internal sealed class SignalGroup(SampleFile file, int firstSignal, int signalCount) : IDisposable
{
    private readonly short[] frames = new short[Math.Max(1, 8192 / signalCount) * signalCount];
    private readonly long[] sums = new long[signalCount];
    private readonly short[] initial = new short[signalCount];

    public int FirstSignal { get; } = firstSignal;

    public int SignalCount { get; } = signalCount;

    /// <summary>Frames in the file, where its length is known.</summary>
    public long? Length => file.Length / SignalCount;

    /// <summary>Sum of the samples read since the last <see cref="ResetSums"/>, as header(5) counts it.</summary>
    public short Checksum(int signal) => unchecked((short)sums[signal]);

    /// <summary>First sample, once frame 0 has been read.</summary>
    public short InitialValue(int signal) => initial[signal];

    public void ResetSums() => Array.Clear(sums);

    /// <summary>
    /// Reads <paramref name="count"/> frames from <paramref name="frame"/> on into the group's rows of a lead-major block
    /// whose rows are <paramref name="stride"/> long; missing samples become NaN. Returns the whole frames read.
    /// </summary>
    public int Read(long frame, Span<float> block, int stride, int count)
    {
        int done = 0;
        while (done < count)
        {
            int want = Math.Min(count - done, frames.Length / SignalCount);
            int got = file.Read((frame + done) * SignalCount, frames.AsSpan(0, want * SignalCount)) / SignalCount;
            for (int signal = 0; signal < SignalCount; signal++)
            {
                Spread(signal, block.Slice(((FirstSignal + signal) * stride) + done, got));
            }

            if (frame + done == 0 && got > 0)
            {
                frames.AsSpan(0, SignalCount).CopyTo(initial);
            }

            done += got;
            if (got < want)
            {
                break;
            }
        }

        return done;
    }

    public void Dispose() => file.Dispose();

    private void Spread(int signal, Span<float> row)
    {
        int missing = file.Missing ?? int.MinValue;
        long sum = 0;
        for (int i = 0, at = signal; i < row.Length; i++, at += SignalCount)
        {
            short sample = frames[at];
            sum += sample;
            row[i] = sample == missing ? float.NaN : sample;
        }

        sums[signal] += sum;
    }
}
