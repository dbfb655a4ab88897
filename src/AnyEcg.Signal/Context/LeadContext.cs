namespace AnyEcg.Signal;

/// <summary>
/// What the context features keep of one lead: its last 3 s at 300 Hz, its last 10 s at 60 Hz, its usual shapes. 10 kB. Engine
/// thread only.
/// </summary>
internal sealed class LeadContext : IStateful
{
    /// <summary>Rate of the decimated samples: means of five.</summary>
    public const int SlowHz = 60;

    private const int Rate = PatchSecond.ModelRateHz, Step = Rate / SlowHz, FastSeconds = 3, SlowSeconds = 10;
    private const int SlopeBefore = 36, SlopeLength = 90;

    /// <summary>RR below which the T wave of the beat before lies where the P wave is looked for: 450 ms.</summary>
    private const int ShortInterval = 135;

    private readonly float[] fast = new float[FastSeconds * Rate];
    private readonly float[] slow = new float[SlowSeconds * SlowHz];
    private readonly BeatShapes shapes = new();
    private readonly AtrialAverage atria = new();
    private readonly WaveFeatures waves = new();
    private long end;
    private int absent, taken;

    public LeadContext() => Clear();

    /// <summary>Mean width of its usual beats in ms; 0 before the first.</summary>
    public float UsualWidth => shapes.Width;

    public void Clear()
    {
        Array.Clear(fast);
        Array.Clear(slow);
        shapes.Clear();
        atria.Clear();
        waves.Clear();
        (absent, taken) = (2, 0);
    }

    /// <summary>Takes a second with a token, which ends before sample <paramref name="until"/>.</summary>
    public void Take(ReadOnlySpan<float> patch, PatchFlags flags, long until)
    {
        Shift(until);
        (absent, taken) = (0, Math.Min(taken + 1, FastSeconds));
        patch.CopyTo(fast.AsSpan(^Rate..));
        Span<float> decimated = slow.AsSpan(^SlowHz..);
        for (int i = 0; i < SlowHz; i++)
        {
            ReadOnlySpan<float> five = patch.Slice(i * Step, Step);
            decimated[i] = (0 + five[0] + five[1] + five[2] + five[3] + five[4]) / Step;
        }

        waves.Take(patch, flags);
    }

    /// <summary>A second without a token is a flat one; the second in a row makes the lead start anew.</summary>
    public void Miss(long until)
    {
        if (++absent >= 2)
        {
            if (absent == 2)
                Clear();
            return;
        }

        Shift(until);
        fast.AsSpan(^Rate..).Clear();
        slow.AsSpan(^SlowHz..).Clear();
        waves.Miss();
    }

    /// <summary>Looks at a beat that lies in the second before the last one taken.</summary>
    /// <returns>Likeness to the usual shape and width in ms; not numbers where the lead shows nothing.</returns>
    public (float Likeness, float Width) Observe(long beat, long interval)
    {
        long from = beat - (end - fast.Length);
        int at = (int)from;
        float width = float.NaN;
        if (from - AtrialAverage.Before >= (FastSeconds - taken) * Rate)
            width = WidthOf(fast.AsSpan(at - SlopeBefore, SlopeLength));
        if (float.IsNaN(width))
            return (width, width);
        float likeness = shapes.Observe(
            fast.AsSpan(at - BeatShapes.Before - BeatShapes.Slack, BeatShapes.Length + (2 * BeatShapes.Slack)), width);
        if (interval >= ShortInterval && likeness >= ContextBeat.AlikeFrom)
            atria.Observe(fast.AsSpan(at - AtrialAverage.Before, AtrialAverage.Length));
        return (likeness, width);
    }

    /// <summary>Writes the raw values that belong to one lead alone.</summary>
    public void Write(ContextBeats beats, Span<float> values)
    {
        atria.Write(shapes.Range, values);
        waves.Write(slow, values);
        AtrialSpectrum.Write(slow, end, beats, values);
    }

    /// <summary>Without the oldest second, which goes out before it is read again. A lead that has been away has nothing to tell.</summary>
    public void Exchange(StateExchange state)
    {
        end = state.Position(end);
        (absent, taken) = (state.Tally(absent), state.Count(taken, FastSeconds));
        if (absent >= 2)
            return;
        state.Values(fast.AsSpan(Rate));
        state.Values(slow.AsSpan(SlowHz));
        state.Object(shapes);
        state.Object(atria);
        state.Object(waves);
    }

    private void Shift(long until)
    {
        end = until;
        fast.AsSpan(Rate).CopyTo(fast);
        slow.AsSpan(SlowHz).CopyTo(slow);
    }

    /// <summary>Spread of the slope's energy about its centre, in ms.</summary>
    private static float WidthOf(ReadOnlySpan<float> around)
    {
        float energy = 0, first = 0, second = 0;
        for (int i = 1; i < around.Length; i++)
        {
            float slope = around[i] - around[i - 1];
            float square = slope * slope;
            (energy, first, second) = (energy + square, first + (i * square), second + ((float)i * i * square));
        }

        if (energy <= 0)
            return float.NaN;
        float centre = first / energy;
        return MathF.Sqrt(Math.Max((second / energy) - (centre * centre), 0.1f)) * 1000 / Rate;
    }
}
