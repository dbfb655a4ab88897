namespace AnyEcg.Signal;

/// <summary>
/// What the detector has learned of one lead: the usual height of QRS complexes and of the peaks between them, the usual RR
/// interval and slope. All in millivolts and model-rate samples.
/// </summary>
internal sealed class QrsLevels : IStateful
{
    /// <summary>
    /// Nothing below this counts as a QRS: IEC 60601-2-27 asks heart rate meters not to answer to complexes of 0.15 mV and
    /// less; the band-pass leaves about two thirds of a narrow one.
    /// </summary>
    public const double Floor = 0.1;

    private const int Memory = 8;
    private const int Second = PatchSecond.ModelRateHz;

    private readonly double[] qrs = new double[Memory];
    private readonly double[] noise = new double[Memory];
    private readonly double[] slopes = new double[Memory];
    private readonly double[] intervals = new double[Memory];
    private readonly double[] sorted = new double[Memory];
    private int beats, peaks, gaps;
    private double spread;

    public double Qrs { get; private set; }

    public double Noise { get; private set; }

    public double Interval { get; private set; } = Second;

    public double Slope { get; private set; }

    /// <summary>0 to 1: how far the complexes stand above the peaks between them, times how alike they are in height.</summary>
    public double Quality => Qrs > 0 ? Math.Max(0, 1 - (Noise / Qrs)) * Math.Max(0, 1 - (spread / Qrs)) : 0;

    /// <summary>Samples after the last QRS from which a beat is overdue: the search-back rule.</summary>
    public double Overdue => 1.5 * Interval;

    public void Reset()
    {
        (beats, peaks, gaps, spread) = (0, 0, 0, 0);
        (Qrs, Noise, Interval, Slope) = (0, 0, Second, 0);
    }

    /// <summary>First guess from the highest value of the learning time, until beats are known.</summary>
    public void Guess(double highest) => Qrs = highest;

    public void AddBeat(QrsPeak peak, long interval)
    {
        // One artefact must not lift the level out of the reach of the beats that follow.
        double height = beats == 0 ? peak.Height : Math.Min(peak.Height, 2 * Qrs);
        Qrs = Remember(qrs, beats, height);
        Slope = Remember(slopes, beats, peak.Slope);
        beats++;
        spread = Spread();
        if (interval is > 0 and < 3 * Second)
        {
            Interval = Remember(intervals, gaps++, interval);
        }
    }

    public void AddNoise(double height) => Noise = Remember(noise, peaks++, Math.Min(height, Math.Max(Qrs, Floor)));

    /// <summary>The height a peak must pass when the last QRS was <paramref name="silence"/> samples before it.</summary>
    public double Threshold(long silence)
    {
        double wait = (silence - Math.Max(1.5 * Interval, Second)) / Second;
        double level = wait > 0 ? Qrs * Math.Max(0.3, Math.Exp(-wait / 2)) : Qrs;
        return Math.Max(Floor, Noise + (0.3 * (level - Noise)));
    }

    public void Exchange(StateExchange state)
    {
        state.Values(qrs.AsSpan());
        state.Values(noise.AsSpan());
        state.Values(slopes.AsSpan());
        state.Values(intervals.AsSpan());
        (beats, peaks, gaps) = (state.Tally(beats), state.Tally(peaks), state.Tally(gaps));
        state.Value(ref spread);
        (Qrs, Noise, Interval, Slope) = (state.Value(Qrs), state.Value(Noise), state.Value(Interval), state.Value(Slope));
    }

    private double Remember(double[] memory, int count, double value)
    {
        memory[count % Memory] = value;
        int known = Math.Min(count + 1, Memory);
        memory.AsSpan(0, known).CopyTo(sorted);
        return Median(known);
    }

    /// <summary>Median distance of the remembered heights from their median.</summary>
    private double Spread()
    {
        int known = Math.Min(beats, Memory);
        for (int i = 0; i < known; i++)
        {
            sorted[i] = Math.Abs(qrs[i] - Qrs);
        }

        return Median(known);
    }

    private double Median(int known)
    {
        Span<double> values = sorted.AsSpan(0, known);
        values.Sort();
        return 0.5 * (values[(known - 1) / 2] + values[known / 2]);
    }
}
