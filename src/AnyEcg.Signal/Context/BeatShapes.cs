namespace AnyEcg.Signal;

/// <summary>
/// The two commonest QRS shapes of one lead, as running means; the one with more beats behind it is the usual one. Counts fade
/// by a hundredth a beat, so it takes about 70 beats in a row of another shape to make that the usual one. Engine thread only.
/// </summary>
internal sealed class BeatShapes : IStateful
{
    /// <summary>Samples of a shape before its main deflection and in all: -90 to +123 ms.</summary>
    public const int Before = 27, Length = 64;

    /// <summary>How far the detector may misplace a beat.</summary>
    public const int Slack = 3;

    private const float Fading = 0.99f, AlikeFrom = 0.85f;
    private const int Memory = 16;

    private readonly float[][] shapes = [new float[Length], new float[Length]];
    private readonly float[] counts = new float[2];
    private readonly int[] seen = new int[2];
    private int usual;

    /// <summary>Range of the usual shape, millivolts.</summary>
    public float Range { get; private set; }

    /// <summary>Mean width of the usual beats in ms; 0 before the first.</summary>
    public float Width { get; private set; }

    public void Clear()
    {
        Array.Clear(shapes[0]);
        Array.Clear(shapes[1]);
        Array.Clear(counts);
        Array.Clear(seen);
        (usual, Range, Width) = (0, 0, 0);
    }

    /// <summary>Compares a beat with the usual shape, then learns from it.</summary>
    /// <param name="around">The beat with <see cref="Slack"/> samples more at both ends.</param>
    /// <param name="width">Its width, ms.</param>
    /// <returns>Correlation with the usual shape before it; not a number for the first beat or a flat one.</returns>
    public float Observe(ReadOnlySpan<float> around, float width)
    {
        Span<float> squares = stackalloc float[(2 * Slack) + 1];
        for (int shift = 0; shift < squares.Length; shift++)
        {
            ReadOnlySpan<float> beat = around.Slice(shift, Length);
            float sum = VectorSums.Sum(beat);
            squares[shift] = VectorSums.Dot(beat, beat) - (sum * sum / Length);
        }

        float first = Best(around, squares, 0, out int firstAt), second = Best(around, squares, 1, out int secondAt);
        (int nearest, float best, int at) = second > first || float.IsNaN(first) ? (1, second, secondAt) : (0, first, firstAt);
        float likeness = usual == 0 ? first : second;
        if (!(best >= AlikeFrom))
            (nearest, at) = (Replace(), Slack);
        (counts[0], counts[1]) = (counts[0] * Fading, counts[1] * Fading);
        if (nearest < 0)
            return likeness;
        Learn(nearest, around.Slice(at, Length));
        int other = 1 - usual;
        usual = counts[other] > counts[usual] ? other : usual;
        if (nearest == usual)
            Remember(width);
        return likeness;
    }

    public void Exchange(StateExchange state)
    {
        state.Values(shapes[0].AsSpan());
        state.Values(shapes[1].AsSpan());
        state.Values(counts.AsSpan());
        (seen[0], seen[1]) = (state.Tally(seen[0]), state.Tally(seen[1]));
        usual = state.Count(usual, 1);
        (Range, Width) = (state.Value(Range), state.Value(Width));
    }

    /// <summary>The place for a new shape: an empty one, or that of a shape seen too rarely; -1 where there is none.</summary>
    private int Replace()
    {
        int weaker = counts[0] <= counts[1] ? 0 : 1;
        if (counts[weaker] >= 1)
            return -1;
        (counts[weaker], seen[weaker]) = (0, 0);
        Array.Clear(shapes[weaker]);
        return weaker;
    }

    private void Learn(int which, ReadOnlySpan<float> beat)
    {
        float mean = VectorSums.Sum(beat) / Length;
        float rate = 1f / Math.Min(++seen[which], Memory);
        float[] shape = shapes[which];
        for (int i = 0; i < Length; i++)
            shape[i] += rate * (beat[i] - mean - shape[i]);
        counts[which]++;
    }

    private void Remember(float width)
    {
        (float low, float high) = (float.MaxValue, float.MinValue);
        foreach (float value in shapes[usual])
            (low, high) = (Math.Min(low, value), Math.Max(high, value));
        Range = high - low;
        if (!float.IsNaN(width))
            Width = Width > 0 ? Width + ((width - Width) / Memory) : width;
    }

    /// <summary>Highest correlation over the shifts within the slack.</summary>
    private float Best(ReadOnlySpan<float> around, ReadOnlySpan<float> squares, int which, out int at)
    {
        (float best, at) = (float.NaN, Slack);
        float norm = VectorSums.Dot(shapes[which], shapes[which]);
        if (counts[which] <= 0 || norm <= 0)
            return best;
        for (int shift = 0; shift < squares.Length; shift++)
        {
            float square = squares[shift];
            float likeness = VectorSums.Dot(around.Slice(shift, Length), shapes[which]) / MathF.Sqrt(norm * square);
            if (square > 0 && !(likeness <= best))
                (best, at) = (likeness, shift);
        }

        return best;
    }
}
