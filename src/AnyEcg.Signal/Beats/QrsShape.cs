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

    private readonly float[] energy = new float[SearchBefore + SearchAfter + 1];

    /// <summary>Millivolts from <see cref="Before"/> + <see cref="Lags"/> samples before the centre.</summary>
    public float[] Wave { get; } = new float[Length + 2 * Lags];

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
        for (int i = 0; i < Wave.Length; i++)
            Wave[i] = signal[Centre - Before - Lags + i];
        MeasureWave();
        Heights = (signal.Highest(at, at + 46), signal.Highest(at - 60, at - 15), signal.Highest(at + 56, at + 60));
    }

    /// <summary>Largest correlation of the QRS window with a wave of <see cref="Length"/> samples, and the shift at which it stands.</summary>
    public float Correlate(ReadOnlySpan<float> wave, out int lag)
    {
        (float best, lag) = (-1, 0);
        for (int shift = -Lags; shift <= Lags; shift++)
        {
            float value = Correlation.Of(Wave.AsSpan(Lags + shift + QrsFrom, Length - QrsFrom), wave[QrsFrom..], step: 2);
            if (value > best)
                (best, lag) = (value, shift);
        }

        return best;
    }

    /// <summary>The wave shifted by a lag.</summary>
    public ReadOnlySpan<float> Aligned(int lag) => Wave.AsSpan(Lags + lag, Length);

    public void Exchange(StateExchange state)
    {
        state.Values(Wave.AsSpan());
        Centre = state.Value(Centre);
        (Amplitude, Area, Width) = (state.Value(Amplitude), state.Value(Area), state.Value(Width));
        (Spread, Slope, Noise) = (state.Value(Spread), state.Value(Slope), state.Value(Noise));
        Heights = (state.Value(Heights.Here), state.Value(Heights.Before), state.Value(Heights.After));
    }

    private float Level()
    {
        float sum = 0;
        for (int i = 0; i < 9; i++)
            sum += Wave[Lags + Before - 36 + i];
        return sum / 9;
    }

    private void FindCentre(BeatSignal signal, long at)
    {
        float total = 0, first = 0, peak = 0;
        int top = 0;
        for (int i = 0; i < energy.Length; i++)
        {
            long place = at - SearchBefore + i;
            float slope = signal[place + 2] - signal[place - 2];
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
        Width = Edge(top, peak, 1) - Edge(top, peak, -1);
    }

    /// <summary>Index of the last energy of note on the way outward from the top.</summary>
    private int Edge(int top, float peak, int step)
    {
        int last = top;
        for (int i = top; i >= 0 && i < energy.Length && Math.Abs(i - last) < QuietRun; i += step)
            last = energy[i] >= EdgeShare * peak ? i : last;
        return last;
    }

    private void MeasureWave()
    {
        float level = Level(), low = float.MaxValue, high = float.MinValue, area = 0, noise = 0;
        for (int i = Lags + QrsFrom; i < Lags + Length; i++)
        {
            low = Math.Min(low, Wave[i]);
            high = Math.Max(high, Wave[i]);
            area += Math.Abs(Wave[i] - level);
        }

        for (int i = 2; i < Lags + QrsFrom; i++)
            noise += Math.Abs(Wave[i] - (2 * Wave[i - 1]) + Wave[i - 2]);
        Amplitude = high - low;
        Area = area / (Length - QrsFrom);
        Noise = noise / (Lags + QrsFrom - 2);
    }
}
