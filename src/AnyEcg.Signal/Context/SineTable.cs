using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace AnyEcg.Signal;

/// <summary>
/// Power of a stretch of samples at 60 Hz, under a Hann window, at equally spaced lines. The stretch is two periods of the distance
/// of the lines long, and the lines are whole multiples of it: so both periods are added first, and then what lies at the same
/// distance from a quarter of the period, for there sine and cosine are the same but for their sign. An eighth of the samples is left
/// for the sums. A lane of a vector is a line: its sum runs in ascending order, the same bits everywhere. Immutable.
/// </summary>
internal sealed class SineTable
{
    private const int Lanes = 16, MaxPeriod = 240;

    private readonly int period, first, lines, vectors;
    private readonly float[] window;

    /// <summary>Of even and of odd lines: [sample, line] cosines, then the sines.</summary>
    private readonly float[][] cosines = new float[2][], sines = new float[2][];

    /// <param name="stepHz">Distance of the lines.</param>
    /// <param name="first">The lowest line, in steps.</param>
    /// <param name="lines">Number of lines.</param>
    public SineTable(double stepHz, int first, int lines)
    {
        period = (int)Math.Round(LeadContext.SlowHz / stepHz);
        (this.first, this.lines, vectors) = (first, lines, ((lines + 1) / 2 + Lanes - 1) / Lanes);
        window = new float[Length];
        for (int i = 0; i < Length; i++)
            window[i] = (float)(0.5 - (0.5 * Math.Cos(2 * Math.PI * (i + 0.5) / Length)));
        for (int odd = 0; odd < 2; odd++)
            (cosines[odd], sines[odd]) = (Table(odd, Math.Cos), Table(odd, Math.Sin));
    }

    /// <summary>Samples of a stretch.</summary>
    public int Length => 2 * period;

    private int Quarter => period / 4;

    /// <summary>Writes the power at every line.</summary>
    public void Powers(ReadOnlySpan<float> samples, Span<float> powers)
    {
        Span<float> even = stackalloc float[(MaxPeriod / 2) + 1], odd = stackalloc float[(MaxPeriod / 2) + 1];
        Span<float> cosine = stackalloc float[(MaxPeriod / 4) + 1], sine = stackalloc float[(MaxPeriod / 4) + 1];
        FoldPeriods(samples, even, odd);
        for (int parity = 0; parity < 2; parity++)
        {
            int half = period / 2, sign = 1 - (2 * parity);
            for (int n = 0; n < Quarter; n++)
                (cosine[n], sine[n]) = (even[n] + (sign * even[half - n]), odd[n] - (sign * odd[half - n]));
            (cosine[Quarter], sine[Quarter]) = (even[Quarter], odd[Quarter]);
            for (int v = 0; v < vectors; v++)
                Sum(parity, v, cosine, sine, powers);
        }
    }

    private float[] Table(int parity, Func<double, double> wave)
    {
        float[] table = new float[(Quarter + 1) * vectors * Lanes];
        for (int n = 0; n <= Quarter; n++)
        {
            for (int j = 0; j < vectors * Lanes; j++)
                table[(n * vectors * Lanes) + j] = LineOf(parity, j) < lines ? (float)wave(2 * Math.PI * (first + LineOf(parity, j)) * n / period) : 0;
        }

        return table;
    }

    /// <summary>The line of a lane.</summary>
    private int LineOf(int parity, int lane) => ((first & 1) == parity ? 0 : 1) + (2 * lane);

    /// <summary>Adds the two periods, and to each sample the one as far from their end as it is from their start.</summary>
    private void FoldPeriods(ReadOnlySpan<float> samples, Span<float> even, Span<float> odd)
    {
        Span<float> both = stackalloc float[MaxPeriod];
        ref float x = ref MemoryMarshal.GetReference(samples[..Length]);
        ref float w = ref MemoryMarshal.GetArrayDataReference(window);
        for (int n = 0; n < period; n += Vector256<float>.Count)
        {
            Vector256<float> now = Vector256.LoadUnsafe(ref x, (nuint)n) * Vector256.LoadUnsafe(ref w, (nuint)n);
            nuint later = (nuint)(n + period);
            (now + (Vector256.LoadUnsafe(ref x, later) * Vector256.LoadUnsafe(ref w, later))).CopyTo(both[n..]);
        }

        int half = period / 2;
        (even[0], odd[0], even[half], odd[half]) = (both[0], 0, both[half], 0);
        for (int n = 1; n < half; n++)
            (even[n], odd[n]) = (both[n] + both[period - n], both[n] - both[period - n]);
    }

    private void Sum(int parity, int vector, ReadOnlySpan<float> cosine, ReadOnlySpan<float> sine, Span<float> powers)
    {
        ref float c = ref cosines[parity][vector * Lanes];
        ref float s = ref sines[parity][vector * Lanes];
        Vector512<float> real = default, imaginary = default;
        for (int n = 0; n <= Quarter; n++)
        {
            nuint at = (nuint)(n * vectors * Lanes);
            real += Vector512.LoadUnsafe(ref c, at) * cosine[n];
            imaginary += Vector512.LoadUnsafe(ref s, at) * sine[n];
        }

        Vector512<float> power = (real * real) + (imaginary * imaginary);
        for (int lane = 0; lane < Lanes && LineOf(parity, (vector * Lanes) + lane) < lines; lane++)
            powers[LineOf(parity, (vector * Lanes) + lane)] = power[lane];
    }
}
