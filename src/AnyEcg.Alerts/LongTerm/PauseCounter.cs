using AnyEcg.Signal;

namespace AnyEcg.Alerts;

/// <summary>
/// Pauses: intervals between two beats of the network above the limit of the pause alert. As in the alert, the classical detector
/// must have been silent as long too, or the pause be longer by the factor for one detector alone. Only where every second between
/// the beats was read with confidence and no ventricular rhythm was named: an artefact must not be a record's longest pause.
/// The classical detector answers a second later, so does this. Engine thread only.
/// </summary>
internal sealed class PauseCounter(AlertSettings settings) : IStateful
{
    private const long Long = 3 * PatchSecond.ModelRateHz;

    private readonly long limit = (long)(settings[AlertKind.Pause].Limit * PatchSecond.ModelRateHz);
    private long quietSince;
    private long from;
    private long to;
    private bool waiting;

    public PauseFact? Longest { get; private set; }

    /// <summary>To be called for each analysed second, before its beats.</summary>
    public void Advance(StreamReading reading, LongTermTotals into)
    {
        if (waiting && reading.GuardFrontier >= to)
            Judge(reading, into);
        if (!reading.Trusted || reading.IsVentricular)
            quietSince = reading.End;
    }

    /// <summary>An interval between two beats of one stretch.</summary>
    public void Take(long before, long sample)
    {
        if (sample - before > limit && before >= quietSince)
            (from, to, waiting) = (before, sample, true);
    }

    /// <summary>The stretch is over: what waits for the classical detector's answer will not get it, and is no pause.</summary>
    public void Break() => (waiting, quietSince) = (false, 0);

    public void Restart()
    {
        Break();
        Longest = null;
    }

    private void Judge(StreamReading reading, LongTermTotals into)
    {
        waiting = false;
        long length = to - from;
        if (Math.Min(length, LongestGuardSilence(reading.Guard)) <= limit && length < limit * settings.AloneFactor)
            return;
        into.Pauses++;
        into.LongPauses += length >= Long ? 1 : 0;
        double seconds = (double)length / PatchSecond.ModelRateHz;
        if (Longest is not { } longest || seconds > longest.Seconds)
            Longest = new PauseFact(reading.PlaceOf(from), seconds);
    }

    private long LongestGuardSilence(BeatTrain guard)
    {
        long longest = 0;
        long next = to;
        for (int back = 0; back < guard.Count && guard[back].Sample > from; back++)
        {
            long beat = Math.Min(guard[back].Sample, to);
            longest = Math.Max(longest, next - beat);
            next = beat;
        }

        return Math.Max(longest, next - from);
    }

    public void Exchange(StateExchange state)
    {
        state.Value(ref quietSince);
        state.Value(ref from, ref to);
        state.Value(ref waiting);
        Longest = state.Optional(Longest);
    }
}
