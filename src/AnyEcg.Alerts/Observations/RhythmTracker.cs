using AnyEcg.Signal;

namespace AnyEcg.Alerts;

/// <summary>
/// Folds the seconds of one stream into a rhythm summary every few seconds of event time. Constant memory, whatever the
/// length of the recording. Engine thread only.
/// </summary>
public sealed class RhythmTracker : IStateful
{
    private const uint StateLandmark = 0x52485954;

    private const long RateSpan = 10 * PatchSecond.ModelRateHz;

    private readonly StreamKey stream;
    private readonly int period;
    private readonly LongTermTracker longTerm;
    private readonly double[] rhythm = new double[RhythmClasses.Count];
    private uint epoch;
    private bool started;
    private int scored;
    private double leadSeconds;
    private double goodLeadSeconds;
    private double arrived;

    /// <param name="stream">Goes into every summary.</param>
    /// <param name="settings">What counts as readable.</param>
    /// <param name="periodSeconds">Seconds between summaries, 1 to 60.</param>
    public RhythmTracker(StreamKey stream, AlertSettings settings, int periodSeconds = 5)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(periodSeconds, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(periodSeconds, 60);
        this.stream = stream;
        period = periodSeconds;
        longTerm = new LongTermTracker(settings);
    }

    /// <summary>Takes the next second; the summary when this second or a jump to it ends a period, else null.</summary>
    public RhythmSummary? Observe(SecondObservation observation)
    {
        ArgumentNullException.ThrowIfNull(observation);
        if (!started || observation.Epoch != epoch)
            Clear();
        (started, epoch) = (true, observation.Epoch);
        longTerm.Observe(observation);
        Fold(observation);
        if ((observation.Second + 1) % period != 0)
            return null;
        RhythmSummary summary = Summarise(observation);
        Clear();
        return summary;
    }

    /// <summary>What comes is of another patient: the next second starts anew.</summary>
    public void Restart()
    {
        started = false;
        longTerm.Restart();
    }

    private void Fold(SecondObservation now)
    {
        leadSeconds += now.LeadCount;
        for (int lead = 0; lead < now.LeadCount; lead++)
        {
            arrived += 1 - now.MissingShare[lead];
            bool good = (now.Present >> lead & 1) != 0 && (now.Flags[lead] & PatchFlags.Doubtful) == 0;
            goodLeadSeconds += good ? 1 : 0;
        }

        if (!now.Scored)
            return;
        scored++;
        for (int i = 0; i < rhythm.Length; i++)
            rhythm[i] += now.Rhythm[i];
    }

    private RhythmSummary Summarise(SecondObservation now)
    {
        LongTermTotals totals = longTerm.Totals;
        StreamReading reading = longTerm.Reading;
        int major = scored > 0 ? Argmax(rhythm) : (int)RhythmClass.Unreadable;
        return new RhythmSummary
        {
            Group = stream.Group,
            Stream = stream.Stream,
            Epoch = now.Epoch,
            Second = now.Second,
            TimeNs = now.StartNs + 1_000_000_000,
            Rhythm = (RhythmClass)major,
            RhythmScore = scored > 0 ? rhythm[major] / scored : 0,
            HeartRate = reading.Primary.RateOver(RateSpan, reading.PrimaryFrontier, out _),
            Quality = goodLeadSeconds / leadSeconds,
            Coverage = Math.Clamp(arrived / leadSeconds, 0, 1),
            AfBurden = totals.Burden(RhythmClass.AtrialFibrillation) ?? 0,
            VentricularPerHour = totals.PerHour(BeatClass.V) ?? 0,
            LongTerm = LongTermFigures.Of(longTerm, totals),
        };
    }

    private void Clear()
    {
        Array.Clear(rhythm);
        scored = 0;
        leadSeconds = 0;
        goodLeadSeconds = 0;
        arrived = 0;
    }

    private static int Argmax(double[] values)
    {
        int best = 0;
        for (int i = 1; i < values.Length; i++)
            best = values[i] > values[best] ? i : best;
        return best;
    }

    /// <summary>Into a tracker made with the same settings.</summary>
    public void Exchange(StateExchange state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Landmark(StateLandmark);
        state.Setting(period);
        state.Values(rhythm.AsSpan());
        state.Value(ref epoch);
        state.Value(ref started);
        state.Value(ref scored);
        state.Value(ref leadSeconds, ref goodLeadSeconds, ref arrived);
        state.Object(longTerm);
    }
}
