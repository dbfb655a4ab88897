namespace AnyEcg.Signal;

/// <summary>
/// One complex of one lead, measured around the centroid of its slopes' energy. Buffers are reused from beat to beat.
/// Lengths in samples, heights in millivolts. Engine thread only.
/// </summary>
internal sealed class QrsShape : IStateful
{
    /// <summary>The wave reaches from 280 ms before the centre to 120 ms after it.</summary>
    public const int Before = 84, Length = 120;

    /// <summary>The QRS window starts 100 ms before the centre; what stands before it is the P region.</summary>
    public const int QrsFrom = 54;

    /// <summary>Shifts tried when two waves are compared: 20 ms to each side.</summary>
    public const int Lags = 6;

    private const int SearchBefore = 24, SearchAfter = 30;

    /// <summary>Slope energy below this share of its peak is no part of the complex: 15 % of the steepest slope.</summary>
    private const float EdgeShare = 0.0225f;

    /// <summary>So many quiet samples in a row end the complex (17 ms).</summary>
    private const int QuietRun = 5;

    /// <summary>Room for as many shifts as are compared at once; what lies beyond <see cref="Length"/> and both lags is not looked at.</summary>
    private readonly float[] wave = new float[Length + (2 * Lags) + Correlation.Shifts];

    /// <summary>Millivolts from <see cref="Before"/> + <see cref="Lags"/> samples before the centre.</summary>
    private Span<float> Wave => wave.AsSpan(0, Length + (2 * Lags));

    public long Centre { get; private set; }

    /// <summary>Peak to peak of the QRS window.</summary>
    public float Amplitude { get; private set; }

    /// <summary>Mean distance from the level before the complex, over the QRS window.</summary>
    public float Area { get; private set; }

    /// <summary>From the first to the last slope of note.</summary>
    public float Width { get; private set; }

    /// <summary>Standard deviation of the slopes' energy in time: a width that needs no threshold.</summary>
    public float Spread { get; private set; }

    /// <summary>Steepest change over four samples.</summary>
    public float Slope { get; private set; }

    /// <summary>Mean size of the second difference before the complex.</summary>
    public float Noise { get; private set; }

    /// <summary>Highest QRS feature at the complex, before it and after it.</summary>
    public (float Here, float Before, float After) Heights { get; private set; }

    public void Measure(BeatSignal signal, long at)
    {
        FindCentre(signal, at);
        signal.CopyTo(Centre - Before - Lags, Wave);
        MeasureWave();
        Heights = (signal.Highest(at, at + 46), signal.Highest(at - 60, at - 15), signal.Highest(at + 56, at + 60));
    }

    /// <summary>Largest correlation of the QRS window with a wave of <see cref="Length"/> samples, and the shift at which it stands.</summary>
    public float Correlate(ReadOnlySpan<float> wave, out int lag)
    {
        (float best, lag) = (-1, 0);
        Span<float> values = stackalloc float[Correlation.Shifts];
        Correlation.Across(this.wave.AsSpan(QrsFrom), wave[QrsFrom..], step: 2, values);
        for (int shift = -Lags; shift <= Lags; shift++)
        {
            if (values[Lags + shift] > best)
                (best, lag) = (values[Lags + shift], shift);
        }

        return best;
    }

    /// <summary>The wave shifted by a lag.</summary>
    public ReadOnlySpan<float> Aligned(int lag) => wave.AsSpan(Lags + lag, Length);

    public void Exchange(StateExchange state)
    {
        state.Values(Wave);
        Centre = state.Value(Centre);
        (Amplitude, Area, Width) = (state.Value(Amplitude), state.Value(Area), state.Value(Width));
        (Spread, Slope, Noise) = (state.Value(Spread), state.Value(Slope), state.Value(Noise));
        Heights = (state.Value(Heights.Here), state.Value(Heights.Before), state.Value(Heights.After));
    }

    private float Level()
    {
        float sum = 0;
        foreach (float value in Wave.Slice(Lags + Before - 36, 9))
            sum += value;
        return sum / 9;
    }

    private void FindCentre(BeatSignal signal, long at)
    {
        Span<float> around = stackalloc float[SearchBefore + SearchAfter + 5];
        Span<float> energy = stackalloc float[SearchBefore + SearchAfter + 1];
        signal.CopyTo(at - SearchBefore - 2, around);
        float total = 0, first = 0, peak = 0;
        int top = 0;
        for (int i = 0; i < energy.Length; i++)
        {
            float slope = around[i + 4] - around[i];
            energy[i] = slope * slope;
            total += energy[i];
            first += energy[i] * i;
            if (energy[i] > peak)
                (peak, top) = (energy[i], i);
        }

        float centre = total > 0 ? first / total : SearchBefore;
        float second = 0;
        for (int i = 0; i < energy.Length; i++)
            second += energy[i] * (i - centre) * (i - centre);
        Centre = at - SearchBefore + (int)MathF.Round(centre);
        Spread = total > 0 ? MathF.Sqrt(second / total) : 0;
        Slope = MathF.Sqrt(peak);
        Width = Edge(energy, top, peak, 1) - Edge(energy, top, peak, -1);
    }

    /// <summary>Index of the last energy of note on the way outward from the top.</summary>
    private static int Edge(ReadOnlySpan<float> energy, int top, float peak, int step)
    {
        int last = top;
        for (int i = top; i >= 0 && i < energy.Length && Math.Abs(i - last) < QuietRun; i += step)
            last = energy[i] >= EdgeShare * peak ? i : last;
        return last;
    }

    private void MeasureWave()
    {
        float level = Level(), low = float.MaxValue, high = float.MinValue, area = 0, noise = 0;
        foreach (float value in Wave.Slice(Lags + QrsFrom, Length - QrsFrom))
        {
            low = Math.Min(low, value);
            high = Math.Max(high, value);
            area += Math.Abs(value - level);
        }

        ReadOnlySpan<float> before = Wave[..(Lags + QrsFrom)];
        for (int i = 2; i < before.Length; i++)
            noise += Math.Abs(before[i] - (2 * before[i - 1]) + before[i - 2]);
        Amplitude = high - low;
        Area = area / (Length - QrsFrom);
        Noise = noise / (Lags + QrsFrom - 2);
    }
}
