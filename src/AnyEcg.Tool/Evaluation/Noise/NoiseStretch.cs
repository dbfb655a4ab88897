using AnyEcg.Recordings;

namespace AnyEcg.Tool;

/// <summary>
/// A stretch of recorded noise at the rate of the record that it is mixed into. It is played forwards and backwards in turn, so
/// that it may be shorter than the record without a jump. Immutable.
/// </summary>
internal sealed class NoiseStretch
{
    private readonly float[][] rows;

    /// <param name="rows">A row per channel, at the rate of the record.</param>
    /// <param name="rateHz">That rate.</param>
    public NoiseStretch(float[][] rows, double rateHz)
    {
        this.rows = [.. rows.Select(Centred)];
        Rms = [.. this.rows.Select(row => Size(row, Math.Max(1, (int)Math.Round(rateHz))))];
    }

    public int Length => rows[0].Length;

    /// <summary>
    /// Of each channel, as sigamp(1) of the WFDB tools measures noise for nst(1): the deviation within each second, the largest and
    /// smallest 5 % left out, the rest averaged. Slow wander counts only as far as it moves within a second.
    /// </summary>
    public IReadOnlyList<double> Rms { get; }

    /// <summary>The channel that a lead gets: they are dealt out in turn.</summary>
    public int ChannelOf(int lead) => lead % rows.Length;

    public float At(int lead, long sample)
    {
        float[] row = rows[ChannelOf(lead)];
        long period = Math.Max(1, (2L * row.Length) - 2);
        long at = sample % period;
        return row[at < row.Length ? at : period - at];
    }

    /// <param name="path">The recording of noise.</param>
    /// <param name="from">Second in it from which it is used.</param>
    /// <param name="to">Second up to which; at most its end.</param>
    /// <param name="rateHz">Rate of the record it is for.</param>
    /// <exception cref="RecordingFormatException">Damaged, or not two seconds of noise there.</exception>
    /// <exception cref="IOException">A file cannot be opened.</exception>
    public static NoiseStretch Read(string path, double from, double to, double rateHz)
    {
        using Recording record = Recording.Open(path);
        double rate = record.Format.SampleRateHz;
        long first = (long)Math.Round(from * rate), end = Math.Min(record.SampleCount, (long)Math.Round(Math.Min(to, 1e6) * rate));
        if (end - first < 2 * rate)
        {
            throw new RecordingFormatException(FormattableString.Invariant($"Record {record.Info.Name} has no two seconds of noise from {from} s on."));
        }

        float[][] rows = RecordBlocks.Read(record, first, (int)(end - first));
        return new NoiseStretch([.. rows.Select(row => BandLimited.Resample(row, rate, rateHz))], rateHz);
    }

    private static float[] Centred(float[] row)
    {
        double mean = row.Where(float.IsFinite).Select(x => (double)x).DefaultIfEmpty(0).Average();
        return [.. row.Select(x => float.IsFinite(x) ? (float)(x - mean) : 0)];
    }

    private static double Size(float[] row, int window)
    {
        List<double> deviations = [.. row.Chunk(window).Where(second => second.Length == window).Select(Deviation)];
        return TrimmedMean.Of(deviations) ?? 0;
    }

    private static double Deviation(float[] values)
    {
        double mean = values.Average(x => (double)x);
        return Math.Sqrt(values.Average(x => (x - mean) * (x - mean)));
    }
}
