namespace AnyEcg.Recordings;

/// <summary>
/// Format 8: every byte is the difference from the signal's sample before; the first one is counted from the header's initial
/// value. What each signal has reached at the beginning of each window is kept, so that seeking back is quick and seeking far
/// ahead reads the file up to there once: a few bytes per signal for 49,152 samples.
/// </summary>
internal sealed class DifferenceSamples : FlatSamples
{
    private readonly PackedSamples differences;
    private readonly int[] signalAt;
    private readonly List<int[]> reached;
    private readonly int[] scratch = new int[PackedSamples.WindowBytes];

    /// <param name="differences">The bytes; disposed of with this.</param>
    /// <param name="perFrame">Samples per frame of the signals in the file, in their order.</param>
    /// <param name="initial">Their initial values.</param>
    public DifferenceSamples(PackedSamples differences, IReadOnlyList<int> perFrame, int[] initial)
        : base(PackedSamples.WindowBytes)
    {
        this.differences = differences;
        signalAt = [.. perFrame.SelectMany((count, signal) => Enumerable.Repeat(signal, count))];
        reached = [initial];
    }

    public override long Count => differences.Count;

    public override int? Missing => null;

    public override void Dispose() => differences.Dispose();

    protected override int Load(long index, Span<int> into)
    {
        while (reached.Count <= index && Sum(reached.Count - 1, scratch) == WindowSamples)
        {
            // Each turn makes the state at the beginning of one window more.
        }

        return reached.Count > index ? Sum(index, into) : 0;
    }

    private int Sum(long index, Span<int> into)
    {
        int count = differences.Read(new FrameSlot(1, 0, 1), index * WindowSamples, into[..WindowSamples]);
        int[] values = [.. reached[(int)index]];
        int at = (int)(index * WindowSamples % signalAt.Length);
        for (int i = 0; i < count; i++)
        {
            int signal = signalAt[at];
            into[i] = values[signal] = unchecked(values[signal] + into[i]);
            at = at + 1 == signalAt.Length ? 0 : at + 1;
        }

        if (reached.Count == index + 1)
        {
            reached.Add(values);
        }

        return count;
    }
}
