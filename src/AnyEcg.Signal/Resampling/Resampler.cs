using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace AnyEcg.Signal;

/// <summary>
/// Streaming resampler of one lead to 300 Hz. Output m stands exactly for input time m * M / L: the delay of the filter is taken
/// out of the indices and only means that output m appears when input floor(m * M / L) + <see cref="DelaySamples"/> has come.
/// Positions are integers, so nothing creeps, however long the stream. Every output is summed in one fixed order, so results are
/// bit-identical however the input is split. Allocates nothing after construction. Engine thread only.
/// </summary>
internal sealed class Resampler : IStateful
{
    /// <summary>Inputs taken between two moves of the delay line.</summary>
    private const int BlockSamples = 64;

    private readonly PolyphaseDesign design;
    private readonly float[] line;
    private readonly SampleMarks[] lineMarks;

    private int filled;
    private int centre;
    private long phase;
    private bool primed;

    public Resampler(PolyphaseDesign design)
    {
        this.design = design;
        line = new float[design.Taps + BlockSamples];
        lineMarks = new SampleMarks[line.Length];
        Restart(0);
    }

    /// <summary>Index, at 300 Hz, of the next output.</summary>
    public long NextOutput { get; private set; }

    /// <summary>The delay in input samples; in seconds, this by the device rate.</summary>
    public int DelaySamples => design.HalfTaps;

    /// <summary>Most outputs that <paramref name="inputs"/> samples can give at once.</summary>
    public int MaxOutputs(int inputs) => (int)((inputs * design.Up / design.Down) + 1);

    /// <summary>
    /// Starts anew: the next input has index <paramref name="firstInput"/>, the next output is ceil(firstInput * L / M). The time
    /// before it is taken to have had the first input's value.
    /// </summary>
    public void Restart(long firstInput)
    {
        NextOutput = design.FirstOutputAt(firstInput);
        Int128 ahead = ((Int128)NextOutput * design.Down) - ((Int128)firstInput * design.Up);
        phase = (long)(ahead % design.Up);
        filled = Math.Max(0, design.Taps - 1);
        centre = filled + (int)(ahead / design.Up);
        primed = false;
    }

    /// <summary>
    /// Takes samples with their marks, writes the outputs that they complete, each with the mark of the input at or before it.
    /// Room for <see cref="MaxOutputs"/> is needed. Returns the number of outputs.
    /// </summary>
    public int Push(ReadOnlySpan<float> input, ReadOnlySpan<SampleMarks> marks, Span<float> output, Span<SampleMarks> outputMarks)
    {
        if (design.IsIdentity)
        {
            input.CopyTo(output);
            marks.CopyTo(outputMarks);
            NextOutput += input.Length;
            return input.Length;
        }

        if (!primed && input.Length > 0)
        {
            line.AsSpan(0, filled).Fill(input[0]);
            lineMarks.AsSpan(0, filled).Clear();
            primed = true;
        }

        int written = 0;
        while (input.Length > 0)
        {
            int take = Math.Min(input.Length, MakeRoom());
            input[..take].CopyTo(line.AsSpan(filled));
            marks[..take].CopyTo(lineMarks.AsSpan(filled));
            filled += take;
            input = input[take..];
            marks = marks[take..];
            written += Drain(output[written..], outputMarks[written..]);
        }

        return written;
    }

    /// <summary>The delay line up to where it is filled. Between two calls no output is due, or a restored one would have no room for it.</summary>
    public void Exchange(StateExchange state)
    {
        NextOutput = state.Position(NextOutput);
        filled = state.Within(filled, Math.Max(0, design.Taps - 1), line.Length);
        centre = state.Within(centre, filled - design.HalfTaps, filled + (int)(design.Down / design.Up) + 1);
        phase = state.Within(phase, 0, design.Up - 1);
        state.Value(ref primed);
        state.Values(line.AsSpan(0, filled));
        state.Values(lineMarks.AsSpan(0, filled));
    }

    private int MakeRoom()
    {
        if (filled == line.Length)
        {
            int keep = design.Taps - 1;
            int drop = filled - keep;
            line.AsSpan(drop, keep).CopyTo(line);
            lineMarks.AsSpan(drop, keep).CopyTo(lineMarks);
            filled = keep;
            centre -= drop;
        }

        return line.Length - filled;
    }

    private int Drain(Span<float> output, Span<SampleMarks> outputMarks)
    {
        bool marked = lineMarks.AsSpan(0, filled).ContainsAnyExcept(SampleMarks.None);
        if (!marked && !design.IsInterpolated)
            return DrainPlain(output, outputMarks);
        int count = 0;
        while (centre + design.HalfTaps < filled)
        {
            ReadOnlySpan<float> window = line.AsSpan(centre + design.HalfTaps + 1 - design.Taps, design.Taps);
            output[count] = design.IsInterpolated ? Between(window) : Dot(window, design.Row((int)phase));
            outputMarks[count++] = lineMarks[centre];
            Advance();
        }

        NextOutput += count;
        return count;
    }

    /// <summary>The usual case: each phase has its row, and no sample has a mark.</summary>
    private int DrainPlain(Span<float> output, Span<SampleMarks> outputMarks)
    {
        (int taps, int up, int rest, int whole) = (design.Taps, (int)design.Up, (int)(design.Down % design.Up), (int)(design.Down / design.Up));
        (int at, int now, int count) = (centre + design.HalfTaps + 1 - taps, (int)phase, 0);
        ref float x = ref MemoryMarshal.GetArrayDataReference(line);
        ref float rows = ref MemoryMarshal.GetReference(design.Row(0));
        for (int end = filled - taps; at <= end; count++)
        {
            ref float h = ref Unsafe.Add(ref rows, now * taps);
            Vector128<float> sums = default;
            for (int i = 0; i < taps; i += Vector128<float>.Count)
                sums += Vector128.LoadUnsafe(ref x, (nuint)(at + i)) * Vector128.LoadUnsafe(ref h, (nuint)i);
            output[count] = Across(sums);
            now += rest;
            at += now >= up ? whole + 1 : whole;
            now = now >= up ? now - up : now;
        }

        outputMarks[..count].Clear();
        (centre, phase) = (at + taps - design.HalfTaps - 1, now);
        NextOutput += count;
        return count;
    }

    private void Advance()
    {
        phase += design.Down;
        while (phase >= design.Up)
        {
            phase -= design.Up;
            centre++;
        }
    }

    private float Between(ReadOnlySpan<float> window)
    {
        double position = (double)phase / design.Up * design.Phases;
        int row = (int)position;
        float share = (float)(position - row);
        float low = Dot(window, design.Row(row));
        return low + (share * (Dot(window, design.Row(row + 1)) - low));
    }

    /// <summary>Four running sums, multiply then add, never fused: the same bits on every machine.</summary>
    private static float Dot(ReadOnlySpan<float> window, ReadOnlySpan<float> row)
    {
        ReadOnlySpan<Vector128<float>> x = MemoryMarshal.Cast<float, Vector128<float>>(window);
        ReadOnlySpan<Vector128<float>> h = MemoryMarshal.Cast<float, Vector128<float>>(row);
        Vector128<float> sums = Vector128<float>.Zero;
        for (int i = 0; i < x.Length && i < h.Length; i++)
            sums += x[i] * h[i];

        return Across(sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Across(Vector128<float> sums)
    {
        Vector128<float> pairs = sums + Vector128.Shuffle(sums, Vector128.Create(1, 0, 3, 2));
        return pairs[0] + pairs[2];
    }
}
