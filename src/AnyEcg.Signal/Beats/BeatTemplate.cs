namespace AnyEcg.Signal;

/// <summary>The running mean of beats that look alike, of one lead. Engine thread only.</summary>
internal sealed class BeatTemplate : IStateful
{
    /// <summary>The mean follows the last beats: a new one weighs at least this much.</summary>
    private const float LeastWeight = 1 / 16f;

    public float[] Wave { get; } = new float[QrsShape.Length];

    /// <summary>Beats that it was made from, older ones counting less; 0: the place is free.</summary>
    public float Count { get; set; }

    public float Amplitude { get; private set; }

    public float Area { get; private set; }

    public float Width { get; private set; }

    public float Spread { get; private set; }

    public float Slope { get; private set; }

    public void Start(QrsShape shape)
    {
        Count = 0;
        Blend(shape, 0, 1);
    }

    public void Learn(QrsShape shape, int lag) => Blend(shape, lag, Math.Max(LeastWeight, 1 / (Count + 1)));

    /// <summary>A free place, too: what it held is the start of the next mean, to the last bit.</summary>
    public void Exchange(StateExchange state)
    {
        state.Values(Wave.AsSpan());
        (Count, Amplitude, Area) = (state.Value(Count), state.Value(Amplitude), state.Value(Area));
        (Width, Spread, Slope) = (state.Value(Width), state.Value(Spread), state.Value(Slope));
    }

    private void Blend(QrsShape shape, int lag, float weight)
    {
        ReadOnlySpan<float> wave = shape.Aligned(lag);
        for (int i = 0; i < Wave.Length; i++)
            Wave[i] += weight * (wave[i] - Wave[i]);
        Amplitude += weight * (shape.Amplitude - Amplitude);
        Area += weight * (shape.Area - Area);
        Width += weight * (shape.Width - Width);
        Spread += weight * (shape.Spread - Spread);
        Slope += weight * (shape.Slope - Slope);
        Count++;
    }
}
