using AnyEcg.Signal;

namespace AnyEcg.Alerts;

/// <summary>
/// Folds the seconds of one stream into record-level figures: burden, longest episode, ectopy per hour, runs, pauses, heart rate.
/// Memory is fixed, whatever the length of the recording, and nothing is allocated for a second. Everything is since the epoch
/// began; a new epoch starts anew. Definitions: docs/long-term.md. Engine thread only.
/// </summary>
public sealed class LongTermTracker : IStateful
{
    /// <summary>Half a minute is what guidelines ask of an episode of atrial fibrillation; the others count as soon as they are named.</summary>
    private static readonly (RhythmClass Rhythm, AlertKind Alert, int LeastSeconds)[] EpisodeKinds =
    [
        (RhythmClass.AtrialFibrillation, AlertKind.AtrialFibrillation, 30),
        (RhythmClass.AtrialFlutter, AlertKind.AtrialFlutter, 30),
        (RhythmClass.SupraventricularTachycardia, AlertKind.SupraventricularTachycardia, 1),
        (RhythmClass.VentricularTachycardia, AlertKind.VentricularTachycardia, 1),
        (RhythmClass.VentricularFibrillation, AlertKind.VentricularFibrillation, 1),
    ];

    private readonly HourRing hours;
    private readonly BeatFold beats;
    private readonly EpisodeCounter[] episodes;
    private readonly LongTermTotals sum = new();
    private bool started;
    private uint epoch;
    private long lastSecond;

    /// <param name="settings">What is readable, and the limits and seconds that the figures share with the alerts.</param>
    /// <param name="hourRows">Rows of hours that are kept, the running one not counted; 0 keeps none.</param>
    public LongTermTracker(AlertSettings settings, int hourRows = 0)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentOutOfRangeException.ThrowIfNegative(hourRows);
        Reading = new StreamReading(settings);
        hours = new HourRing(hourRows);
        beats = new BeatFold(settings);
        episodes = [.. EpisodeKinds.Select(kind =>
            new EpisodeCounter(kind.Rhythm, settings[kind.Alert].Hysteresis, kind.LeastSeconds, settings.MaxUnreadSeconds))];
    }

    /// <summary>The rhythms of which episodes are counted.</summary>
    public static IEnumerable<RhythmClass> EpisodeRhythms => EpisodeKinds.Select(kind => kind.Rhythm);

    /// <summary>The sums so far; valid until the next call.</summary>
    public LongTermTotals Totals
    {
        get
        {
            hours.SumInto(sum);
            return sum;
        }
    }

    /// <summary>What the rules would read in the second that was observed last.</summary>
    internal StreamReading Reading { get; }

    /// <summary>Takes the next second. Seconds ascend within an epoch; those jumped over are lost.</summary>
    /// <exception cref="ArgumentException">The second is not after the last one of its epoch.</exception>
    public void Observe(SecondObservation observation)
    {
        ArgumentNullException.ThrowIfNull(observation);
        bool goesOn = started && observation.Epoch == epoch;
        bool follows = goesOn && observation.Second == lastSecond + 1;
        if (!goesOn)
            Start(observation);
        else if (observation.Second <= lastSecond)
            throw new ArgumentException($"Second {observation.Second} after {lastSecond} of the same epoch.", nameof(observation));
        else if (!follows)
            beats.Break(hours.Running);
        hours.AdvanceTo(observation.Second);
        Reading.Take(observation, follows);
        Fold(observation, hours.Running);
        lastSecond = observation.Second;
    }

    /// <summary>What comes is of another patient: the next second starts anew.</summary>
    public void Restart() => started = false;

    /// <summary>No second follows, or none that belongs to what was before: runs and pauses end with what is known of them. Harmless twice.</summary>
    public void Finish()
    {
        beats.Break(hours.Running);
        foreach (EpisodeCounter episode in episodes)
            episode.Break();
    }

    /// <summary>The longest episode of a rhythm, the running one included; null before one has counted.</summary>
    public EpisodeFact? LongestEpisode(RhythmClass rhythm)
    {
        foreach (EpisodeCounter episode in episodes)
        {
            if (episode.Rhythm == rhythm)
                return episode.Longest;
        }

        return null;
    }

    public PauseFact? LongestPause => beats.Pauses.Longest;

    public RunFact? LongestVentricularRun => beats.Ventricular.Longest;

    /// <summary>A copy of all figures. Allocates.</summary>
    public LongTermSummary Summary()
    {
        LongTermTotals totals = new();
        hours.SumInto(totals);
        return new LongTermSummary
        {
            Epoch = epoch,
            Totals = totals,
            Hours = hours.Rows(),
            SlowestRate = beats.Rates.Slowest,
            FastestRate = beats.Rates.Fastest,
            LongestPause = LongestPause,
            LongestVentricularRun = LongestVentricularRun,
            FastestVentricularRun = beats.Ventricular.Fastest,
            LongestSupraventricularRun = beats.Supraventricular.Longest,
            FastestSupraventricularRun = beats.Supraventricular.Fastest,
            LongestEpisodes = episodes.Where(e => e.Longest is not null).ToDictionary(e => e.Rhythm, e => e.Longest!.Value),
        };
    }

    private static SecondFate FateOf(SecondObservation observation, StreamReading reading) => reading.Quality switch
    {
        SecondQuality.Absent => SecondFate.Lost,
        _ when !observation.Scored => SecondFate.Unscored,
        SecondQuality.Unreadable => SecondFate.Unreadable,
        _ => SecondFate.Analysed,
    };

    private void Start(SecondObservation first)
    {
        (started, epoch) = (true, first.Epoch);
        Reading.Restart();
        hours.Start(first.Second);
        beats.Restart();
        foreach (EpisodeCounter episode in episodes)
            episode.Restart();
    }

    private void Fold(SecondObservation now, LongTermTotals into)
    {
        SecondFate fate = FateOf(now, Reading);
        into.Count(fate);
        if (fate != SecondFate.Analysed)
        {
            beats.Break(into);
            return;
        }

        RhythmClass rhythm = now.MainRhythm;
        into.Count(rhythm);
        into.Doubtful += Reading.Doubtful ? 1 : 0;
        into.AnomalySum += now.Anomaly;
        if (now.Surprise > 0)
        {
            into.SurpriseSum += now.Surprise;
            into.SurpriseSeconds++;
        }

        beats.Take(rhythm, Reading, into);
        foreach (EpisodeCounter episode in episodes)
            episode.Take(episode.Rhythm == rhythm, Reading, into);
    }

    /// <summary>Into a tracker made with the same settings.</summary>
    public void Exchange(StateExchange state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Value(ref started);
        state.Value(ref epoch);
        state.Value(ref lastSecond);
        state.Object(Reading);
        state.Object(hours);
        state.Object(beats);
        foreach (EpisodeCounter episode in episodes)
            state.Object(episode);
    }
}
