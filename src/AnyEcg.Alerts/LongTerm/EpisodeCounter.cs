using AnyEcg.Signal;

namespace AnyEcg.Alerts;

/// <summary>
/// Episodes of one rhythm: they begin and end by the n of m seconds of its alert, so that a second named otherwise does not cut one
/// in two, and run from the first to the last second named so. One counts once it has lasted its least time. Seconds that were
/// not analysed say nothing; after too many of them the episode is over. Engine thread only.
/// </summary>
internal sealed class EpisodeCounter(RhythmClass rhythm, Hysteresis hysteresis, int leastSeconds, int maxUnreadSeconds) : IStateful
{
    private SecondBits named;
    private SecondBits other;
    private EcgPlace start;
    private long startSecond;
    private long lastKnown;
    private bool open;
    private bool counted;

    public RhythmClass Rhythm => rhythm;

    /// <summary>The longest one, or the one that runs if that is longer by now; null before one has counted.</summary>
    public EpisodeFact? Longest { get; private set; }

    /// <summary>Takes an analysed second.</summary>
    public void Take(bool holds, StreamReading reading, LongTermTotals into)
    {
        long second = reading.Second;
        if (second - lastKnown > maxUnreadSeconds)
            Break();
        lastKnown = second;
        named.Push(second, holds);
        other.Push(second, !holds);
        if (!open && holds && named.Count(hysteresis.OnOf) >= hysteresis.On)
            Open(reading);
        else if (open && other.Count(hysteresis.OffOf) >= hysteresis.Off)
            Break();
        if (open && holds)
            Extend(second + 1 - startSecond, into);
    }

    /// <summary>The episode is over, if one ran.</summary>
    public void Break()
    {
        open = false;
        named.Clear();
    }

    public void Restart()
    {
        Break();
        other.Clear();
        lastKnown = 0;
        Longest = null;
    }

    private void Open(StreamReading reading)
    {
        (open, counted) = (true, false);
        startSecond = named.Oldest(hysteresis.OnOf);
        start = reading.PlaceOf(startSecond * PatchSecond.ModelRateHz);
        other.Clear();
    }

    private void Extend(long seconds, LongTermTotals into)
    {
        if (seconds < leastSeconds)
            return;
        if (!counted)
            into.CountEpisode(rhythm);
        counted = true;
        if (Longest is not { } longest || seconds > longest.Seconds)
            Longest = new EpisodeFact(start, seconds);
    }

    public void Exchange(StateExchange state)
    {
        state.Value(ref named, ref other);
        state.Value(ref start);
        state.Value(ref startSecond, ref lastKnown);
        state.Value(ref open, ref counted);
        Longest = state.Optional(Longest);
    }
}
