namespace AnyEcg.Signal;

/// <summary>
/// The shapes of beat that one lead of one patient has shown lately: at most <see cref="Places"/>, the most frequent of them is
/// the dominant one. Engine thread only.
/// </summary>
internal sealed class BeatTemplates : IStateful
{
    public const int Places = 4;

    /// <summary>From this correlation on, and within a factor of two in height, a beat has the template's shape.</summary>
    private const float Alike = 0.9f;

    /// <summary>A count forgets by this much a beat: a memory of some 300 beats.</summary>
    private const float Decay = 0.9967f;

    /// <summary>Another shape takes over only when it is clearly more frequent: bigeminy must not make the dominant one change at every beat.</summary>
    private const float Lead = 1.3f;

    private readonly BeatTemplate[] places = [.. Enumerable.Range(0, Places).Select(_ => new BeatTemplate())];
    private readonly float[] likeness = new float[Places];
    private readonly int[] lags = new int[Places];
    private int dominant;

    /// <summary>Null until a beat was learned.</summary>
    public BeatTemplate? Dominant => places[dominant].Count > 0 ? places[dominant] : null;

    /// <summary>Correlation of the compared shape with the dominant template, and the shift at which it stands.</summary>
    public (float Value, int Lag) Likeness => (likeness[dominant], lags[dominant]);

    /// <summary>Largest correlation with a template that is not the dominant one; 0 without one.</summary>
    public float OtherLikeness { get; private set; }

    /// <summary>Share of the remembered beats that look like the compared shape.</summary>
    public float Share { get; private set; }

    public void Clear()
    {
        foreach (BeatTemplate place in places)
            place.Count = 0;
        dominant = 0;
    }

    /// <summary>Compares a shape with all templates.</summary>
    public void Compare(QrsShape shape)
    {
        float total = 0;
        OtherLikeness = 0;
        for (int i = 0; i < Places; i++)
        {
            (likeness[i], lags[i]) = (0, 0);
            if (places[i].Count == 0)
                continue;
            total += places[i].Count;
            likeness[i] = shape.Correlate(places[i].Wave, out lags[i]);
            if (i != dominant)
                OtherLikeness = Math.Max(OtherLikeness, likeness[i]);
        }

        int match = Match(shape);
        Share = match < 0 ? 0 : places[match].Count / total;
    }

    /// <summary>Learns the shape that was last compared.</summary>
    public void Learn(QrsShape shape)
    {
        int match = Match(shape);
        foreach (BeatTemplate place in places)
            place.Count *= Decay;
        if (match < 0)
        {
            match = Rarest();
            places[match].Start(shape);
        }
        else
        {
            places[match].Learn(shape, lags[match]);
        }

        if (places[match].Count > Lead * places[dominant].Count)
            dominant = match;
    }

    public void Exchange(StateExchange state)
    {
        foreach (BeatTemplate place in places)
            state.Object(place);
        state.Values(likeness.AsSpan());
        foreach (ref int lag in lags.AsSpan())
            lag = state.Within(lag, -QrsShape.Lags, QrsShape.Lags);
        dominant = state.Count(dominant, Places - 1);
        (OtherLikeness, Share) = (state.Value(OtherLikeness), state.Value(Share));
    }

    private int Match(QrsShape shape)
    {
        int best = -1;
        for (int i = 0; i < Places; i++)
        {
            bool alike = places[i].Count > 0 && likeness[i] >= Alike
                && shape.Amplitude < 2 * places[i].Amplitude && shape.Amplitude > 0.5f * places[i].Amplitude;
            if (alike && (best < 0 || likeness[i] > likeness[best]))
                best = i;
        }

        return best;
    }

    private int Rarest()
    {
        int rarest = -1;
        for (int i = 0; i < Places; i++)
        {
            bool kept = i == dominant && places[i].Count > 0;
            if (!kept && (rarest < 0 || places[i].Count < places[rarest].Count))
                rarest = i;
        }

        return rarest;
    }
}
