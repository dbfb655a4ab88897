using System.Collections.Concurrent;

namespace AnyEcg.Signal;

/// <summary>
/// Coefficients that take one device rate to 300 Hz: output m is the input at time m * M / L input samples. Immutable and shared
/// by all streams of that rate.
/// A Kaiser-windowed sinc (Kaiser 1974; Oppenheim and Schafer, Discrete-Time Signal Processing, 7.6) with its cut-off at half
/// the lower of the two rates. Flat to 40 Hz; the transition may end as late as min(rate, 300) - 40 Hz, because what lies
/// between falls, folded or mirrored, outside 0-40 Hz. That keeps the delay short: 14 ms at 360 Hz, 62 ms at 130 Hz, 150 ms at 100 Hz.
/// </summary>
internal sealed class PolyphaseDesign
{
    /// <summary>Up to this frequency the pass-band is flat and free of aliases and images.</summary>
    public const double PassHz = 40;

    /// <summary>Design attenuation: 10 dB above what is promised, for the rounding to float and the window's own error.</summary>
    private const double AttenuationDb = 90;

    /// <summary>With more phases than this, rows of a coarser table are interpolated (error below -100 dB), to bound memory.</summary>
    private const int MaxExactPhases = 1024, InterpolatedPhases = 512;

    private const long MicroHz = 1_000_000;
    private const int MaxCached = 64;

    private static readonly ConcurrentDictionary<(long Up, long Down), WeakReference<PolyphaseDesign>> Cache = new();

    private readonly float[] rows;

    private PolyphaseDesign(long up, long down)
    {
        (Up, Down) = (up, down);
        double rate = (double)PatchSecond.ModelRateHz * down / up;
        double lower = Math.Min(rate, PatchSecond.ModelRateHz);
        double seconds = (AttenuationDb - 7.95) / (14.36 * (lower - (2 * PassHz)));
        HalfTaps = IsIdentity ? 0 : (int)Math.Ceiling(seconds * rate / 2);
        Taps = ((2 * HalfTaps) + 3) & ~3;
        Phases = up <= MaxExactPhases ? (int)up : InterpolatedPhases;
        rows = IsIdentity ? [] : Design(lower / rate);
    }

    /// <summary>L and M, without a common factor.</summary>
    public long Up { get; }

    public long Down { get; }

    public bool IsIdentity => Up == Down;

    /// <summary>Input samples after an output's time that it needs: the delay of the resampler in input samples.</summary>
    public int HalfTaps { get; }

    /// <summary>Coefficients in one row, a multiple of four; zeros pad the old end.</summary>
    public int Taps { get; }

    public int Phases { get; }

    public bool IsInterpolated => Phases != Up;

    /// <summary>The design for a device rate, taken to the nearest microhertz (1 ms in three days at worst).</summary>
    public static PolyphaseDesign For(double rateHz)
    {
        if (!(rateHz >= StreamFormat.MinSampleRateHz && rateHz <= StreamFormat.MaxSampleRateHz))
            throw new ArgumentOutOfRangeException(nameof(rateHz), rateHz, "The device rate must be 100 to 1000 Hz.");

        long up = PatchSecond.ModelRateHz * MicroHz;
        long down = (long)Math.Round(rateHz * MicroHz);
        long common = Gcd(up, down);
        (long Up, long Down) key = (up / common, down / common);
        if (Cache.TryGetValue(key, out WeakReference<PolyphaseDesign>? held) && held.TryGetTarget(out PolyphaseDesign? design))
            return design;

        design = new PolyphaseDesign(key.Up, key.Down);
        Cache[key] = new WeakReference<PolyphaseDesign>(design);
        Prune();
        return design;
    }

    /// <summary>Coefficients of a phase, oldest input first; the phase <see cref="Phases"/> is phase 0 one input later.</summary>
    public ReadOnlySpan<float> Row(int phase) => rows.AsSpan(phase * Taps, Taps);

    /// <summary>Index of the first output at or after input <paramref name="input"/>: ceil(input * L / M).</summary>
    public long FirstOutputAt(long input) => (long)(((Int128)input * Up + Down - 1) / Down);

    /// <summary>Time of an output, in whole input samples and the part of one that is left.</summary>
    public (long Input, double Part) TimeOf(long output)
    {
        Int128 ahead = (Int128)output * Down;
        return ((long)(ahead / Up), (double)(long)(ahead % Up) / Up);
    }

    private static void Prune()
    {
        if (Cache.Count <= MaxCached)
            return;

        foreach (((long Up, long Down) key, WeakReference<PolyphaseDesign> held) in Cache)
        {
            if (!held.TryGetTarget(out _))
                Cache.TryRemove(key, out _);
        }
    }

    private static long Gcd(long a, long b) => b == 0 ? a : Gcd(b, a % b);

    private float[] Design(double cutoff)
    {
        float[] table = new float[(Phases + 1) * Taps];
        double[] row = new double[2 * HalfTaps];
        for (int phase = 0; phase <= Phases; phase++)
        {
            double sum = 0;
            for (int i = 0; i < row.Length; i++)
            {
                double offset = i - (HalfTaps - 1) - ((double)phase / Phases);
                row[i] = Sinc(cutoff * offset) * Kaiser.Window(offset / HalfTaps, AttenuationDb);
                sum += row[i];
            }

            // Every phase passes a constant unchanged, so that an electrode's offset leaves no ripple at the phase rate.
            for (int i = 0; i < row.Length; i++)
                table[(phase * Taps) + Taps - row.Length + i] = (float)(row[i] / sum);
        }

        return table;
    }

    private static double Sinc(double x) => Math.Abs(x) < 1e-12 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x);
}
