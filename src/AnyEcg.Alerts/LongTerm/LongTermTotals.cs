using AnyEcg.Signal;

namespace AnyEcg.Alerts;

/// <summary>
/// What adds up over the seconds of a stream: counts and times of an hour, of a record, of several records. Adding two gives the
/// figures of both stretches together. Definitions: docs/long-term.md. One thread at a time; its owner may reuse it.
/// </summary>
public sealed class LongTermTotals : IStateful
{
    private const double SecondsPerHour = 3600;

    private readonly long[] seconds = new long[Enum.GetValues<SecondFate>().Length];
    private readonly long[] rhythmSeconds = new long[RhythmClasses.Count];
    private readonly long[] episodes = new long[RhythmClasses.Count];
    private readonly long[] beats = new long[Enum.GetValues<BeatClass>().Length];

    /// <summary>All seconds, whatever became of them.</summary>
    public long Span => seconds.Sum();

    public long Analysed => SecondsOf(SecondFate.Analysed);

    /// <summary>Analysed seconds in which every lead that was there is to be read with doubt.</summary>
    public long Doubtful { get; internal set; }

    public long Beats => beats.Sum();

    /// <summary>Intervals between successive beats, none of them across a second that was not analysed.</summary>
    public long Intervals { get; internal set; }

    /// <summary>Sum of those intervals in samples of 300 Hz.</summary>
    public long IntervalSamples { get; internal set; }

    /// <summary>Shortest and longest stretch of <see cref="RateWindow.Intervals"/> successive intervals, in samples; 0: there was none.</summary>
    public long FastestWindow { get; internal set; }

    /// <inheritdoc cref="FastestWindow"/>
    public long SlowestWindow { get; internal set; }

    public RunTotals Ventricular { get; } = new();

    public RunTotals Supraventricular { get; } = new();

    /// <summary>Time in ventricular bigeminy, in samples.</summary>
    public long BigeminySamples { get; internal set; }

    /// <summary>Time in ventricular trigeminy, in samples.</summary>
    public long TrigeminySamples { get; internal set; }

    /// <summary>Intervals above the limit of the pause alert (2.5 s unless set otherwise).</summary>
    public long Pauses { get; internal set; }

    /// <summary>Of these, 3 s and more.</summary>
    public long LongPauses { get; internal set; }

    /// <summary>Sum over analysed seconds of the probability of being abnormal.</summary>
    public double AnomalySum { get; internal set; }

    /// <summary>Sum of the surprise, in nats, over <see cref="SurpriseSeconds"/>.</summary>
    public double SurpriseSum { get; internal set; }

    /// <summary>Analysed seconds whose rhythm code the network had predicted.</summary>
    public long SurpriseSeconds { get; internal set; }

    /// <summary>Beats per minute, over all intervals; null without one.</summary>
    public double? MeanRate => RateWindow.Rate(Intervals, IntervalSamples);

    /// <summary>Highest and lowest rate over <see cref="RateWindow.Intervals"/> intervals; null where the beats never made that many.</summary>
    public double? MaxRate => RateWindow.Rate(RateWindow.Intervals, FastestWindow);

    /// <inheritdoc cref="MaxRate"/>
    public double? MinRate => RateWindow.Rate(RateWindow.Intervals, SlowestWindow);

    /// <summary>Mean probability of being abnormal, 0 to 1; null where the network has no such head.</summary>
    public double? MeanAnomaly => AnomalySum > 0 ? AnomalySum / Analysed : null;

    /// <summary>In nats; null where the network has no such head.</summary>
    public double? MeanSurprise => SurpriseSeconds > 0 ? SurpriseSum / SurpriseSeconds : null;

    public long SecondsOf(SecondFate fate) => seconds[(int)fate];

    /// <summary>Analysed seconds that the network calls by this rhythm.</summary>
    public long SecondsOf(RhythmClass rhythm) => rhythmSeconds[(int)rhythm];

    /// <summary>Episodes of the rhythm that have lasted long enough to count.</summary>
    public long EpisodesOf(RhythmClass rhythm) => episodes[(int)rhythm];

    public long BeatsOf(BeatClass beat) => beats[(int)beat];

    /// <summary>Share of the analysed time in this rhythm, 0 to 1; null while nothing was analysed.</summary>
    public double? Burden(RhythmClass rhythm) => Analysed > 0 ? (double)SecondsOf(rhythm) / Analysed : null;

    /// <summary>Beats of the class in an hour of analysed time; null while nothing was analysed.</summary>
    public double? PerHour(BeatClass beat) => Analysed > 0 ? BeatsOf(beat) * SecondsPerHour / Analysed : null;

    /// <summary>Share of the class in all beats, 0 to 1; null without a beat.</summary>
    public double? ShareOf(BeatClass beat) => Beats > 0 ? (double)BeatsOf(beat) / Beats : null;

    /// <summary>Adds what another stretch holds.</summary>
    public void Add(LongTermTotals other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Add(seconds, other.seconds);
        Add(rhythmSeconds, other.rhythmSeconds);
        Add(episodes, other.episodes);
        Add(beats, other.beats);
        Doubtful += other.Doubtful;
        Intervals += other.Intervals;
        IntervalSamples += other.IntervalSamples;
        NoteWindow(other.FastestWindow);
        NoteWindow(other.SlowestWindow);
        Ventricular.Add(other.Ventricular);
        Supraventricular.Add(other.Supraventricular);
        BigeminySamples += other.BigeminySamples;
        TrigeminySamples += other.TrigeminySamples;
        Pauses += other.Pauses;
        LongPauses += other.LongPauses;
        AnomalySum += other.AnomalySum;
        SurpriseSum += other.SurpriseSum;
        SurpriseSeconds += other.SurpriseSeconds;
    }

    internal void Count(SecondFate fate, long count = 1) => seconds[(int)fate] += count;

    internal void Count(RhythmClass rhythm) => rhythmSeconds[(int)rhythm]++;

    internal void Count(BeatClass beat) => beats[(int)beat]++;

    internal void CountEpisode(RhythmClass rhythm) => episodes[(int)rhythm]++;

    /// <summary>A stretch of intervals as long as the window of the rates; 0 for none.</summary>
    internal void NoteWindow(long samples)
    {
        if (samples == 0)
            return;
        FastestWindow = FastestWindow == 0 ? samples : Math.Min(FastestWindow, samples);
        SlowestWindow = Math.Max(SlowestWindow, samples);
    }

    internal void Clear()
    {
        Array.Clear(seconds);
        Array.Clear(rhythmSeconds);
        Array.Clear(episodes);
        Array.Clear(beats);
        (Doubtful, Intervals, IntervalSamples, FastestWindow, SlowestWindow) = (0, 0, 0, 0, 0);
        Ventricular.Clear();
        Supraventricular.Clear();
        (BigeminySamples, TrigeminySamples, Pauses, LongPauses) = (0, 0, 0, 0);
        (AnomalySum, SurpriseSum, SurpriseSeconds) = (0, 0, 0);
    }

    private static void Add(long[] to, long[] from)
    {
        for (int i = 0; i < to.Length; i++)
            to[i] += from[i];
    }

    public void Exchange(StateExchange state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Values(seconds.AsSpan());
        state.Values(rhythmSeconds.AsSpan());
        state.Values(episodes.AsSpan());
        state.Values(beats.AsSpan());
        (Doubtful, Intervals, IntervalSamples) = (state.Value(Doubtful), state.Value(Intervals), state.Value(IntervalSamples));
        (FastestWindow, SlowestWindow) = (state.Value(FastestWindow), state.Value(SlowestWindow));
        state.Object(Ventricular);
        state.Object(Supraventricular);
        (BigeminySamples, TrigeminySamples) = (state.Value(BigeminySamples), state.Value(TrigeminySamples));
        (Pauses, LongPauses) = (state.Value(Pauses), state.Value(LongPauses));
        (AnomalySum, SurpriseSum, SurpriseSeconds) = (state.Value(AnomalySum), state.Value(SurpriseSum), state.Value(SurpriseSeconds));
    }
}
