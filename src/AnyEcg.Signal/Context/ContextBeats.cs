namespace AnyEcg.Signal;

/// <summary>A beat as the context features see it.</summary>
/// <param name="Sample">Model-rate sample of the epoch.</param>
/// <param name="Interval">Samples since the beat before; 0 where that is not known.</param>
/// <param name="Likeness">Correlation with the usual shape, -1 to 1; not a number before there is one.</param>
/// <param name="Width">Spread of the slope's energy, ms; not a number where there is none.</param>
/// <param name="Premature">Came before 85 % of the running mean RR.</param>
internal readonly record struct ContextBeat(long Sample, int Interval, float Likeness, float Width, bool Premature)
{
    /// <summary>Correlation below which a beat is unlike the usual one.</summary>
    public const float AlikeFrom = 0.8f;

    public bool Deviates => Likeness < AlikeFrom;
}

/// <summary>The beats of the last 60 s, ascending; the oldest falls out.</summary>
internal sealed class ContextBeats : IStateful
{
    /// <summary>A minute at one beat each refractory time (200 ms).</summary>
    private const int Capacity = 60 * PatchSecond.ModelRateHz / Refractory;

    private const int Refractory = 60;

    /// <summary>An interval longer than this counts as this: 3 s.</summary>
    private const int LongestInterval = 3 * PatchSecond.ModelRateHz;

    private const float PrematureShare = 0.85f, MeanRate = 0.125f, BeliefRate = 0.1f;

    private readonly ContextBeat[] beats = new ContextBeat[Capacity];
    private int head;
    private long lost = long.MinValue;
    private float meanInterval;

    public int Count { get; private set; }

    /// <summary>Running means of the detector's belief and of the leads' agreement.</summary>
    public float Quality { get; private set; }

    public float Agreement { get; private set; }

    /// <summary>The beat <paramref name="back"/> before the newest; 0 is the newest.</summary>
    public ref readonly ContextBeat this[int back] => ref beats[Place(back)];

    public void Clear() => (Count, head, lost, meanInterval, Quality, Agreement) = (0, 0, long.MinValue, 0, 0, 0);

    /// <summary>The second from this sample on is lost: an interval across it is not known. All beats before it have been added.</summary>
    public void Lose(long from) => lost = from;

    /// <summary>Whether a beat at a sample is late enough after the newest to be one.</summary>
    public bool Takes(long sample) => Count == 0 || sample - this[0].Sample >= Refractory;

    public void Add(VotedBeat beat, float likeness, float width)
    {
        bool across = Count > 0 && beat.Sample >= lost && this[0].Sample < lost;
        int interval = Count == 0 || across ? 0 : (int)Math.Min(beat.Sample - this[0].Sample, LongestInterval);
        bool premature = interval > 0 && interval < PrematureShare * meanInterval;
        if (interval > 0)
            meanInterval = meanInterval > 0 ? meanInterval + (MeanRate * (interval - meanInterval)) : interval;
        float rate = Math.Max(BeliefRate, 1f / (Count + 1));
        Quality += rate * (beat.Quality - Quality);
        Agreement += rate * (beat.Agreement - Agreement);
        beats[head] = new ContextBeat(beat.Sample, interval, likeness, width, premature);
        head = (head + 1) % Capacity;
        Count = Math.Min(Count + 1, Capacity);
    }

    /// <summary>
    /// The beats of the minute before the newest, and of a second more, by which a vote may place it beyond a window's end: older
    /// ones are counted, never looked at again.
    /// </summary>
    public void Exchange(StateExchange state)
    {
        (Count, head) = (state.Count(Count, Capacity), state.Count(head, Capacity - 1));
        int kept = state.Count(Count == 0 || state.IsRestoring ? 0 : Since(this[0].Sample - (61 * PatchSecond.ModelRateHz)), Count);
        state.Require(kept > 0 == Count > 0);
        for (int back = 0; back < kept; back++)
        {
            ref ContextBeat beat = ref beats[Place(back)];
            beat = new ContextBeat(
                state.Position(beat.Sample), state.Count(beat.Interval, LongestInterval), state.Value(beat.Likeness), state.Value(beat.Width), state.Value(beat.Premature));
        }

        state.Value(ref lost);
        state.Value(ref meanInterval);
        (Quality, Agreement) = (state.Value(Quality), state.Value(Agreement));
    }

    /// <summary>How many of the newest beats lie at or after a sample.</summary>
    public int Since(long sample)
    {
        (int least, int most) = (0, Count);
        while (least < most)
        {
            int middle = (least + most) >> 1;
            (least, most) = this[middle].Sample >= sample ? (middle + 1, most) : (least, middle);
        }

        return least;
    }

    private int Place(int back)
    {
        int place = head - 1 - back;
        return place < 0 ? place + Capacity : place;
    }
}
