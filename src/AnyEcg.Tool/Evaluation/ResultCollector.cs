using AnyEcg.Alerts;
using AnyEcg.Engine;
using AnyEcg.Signal;

namespace AnyEcg.Tool;

/// <summary>
/// Gathers what the engine says of one record whose frames are received, in nanoseconds, at the record time of their last
/// sample. Engine thread only.
/// </summary>
internal sealed class ResultCollector : IEngineOutput
{
    private readonly Dictionary<Guid, RecordAlert> alerts = [];
    private readonly List<TimedBeat> beats = [];
    private readonly List<RhythmClass?> rhythm = [];
    private readonly float[] strip = new float[StripLabels.Count];
    private double anomalySum;
    private int readable;

    /// <summary>Every transition in order, for comparison with a live run.</summary>
    public List<AlertTransition> Transitions { get; } = [];

    public void Alert(AlertTransition transition)
    {
        Transitions.Add(transition);
        double onset = Seconds(transition.OnsetSample);
        double? end = transition.EndSample is { } sample ? Seconds(sample) : null;
        alerts[transition.AlertId] = alerts.TryGetValue(transition.AlertId, out RecordAlert? known)
            ? known with { OnsetSeconds = onset, EndSeconds = end, Priority = (AlertPriority)Math.Max((int)known.Priority, (int)transition.Priority) }
            : new RecordAlert(transition.Kind, transition.Priority, onset, Seconds(transition.DecidedSample), end)
            {
                RaisedSeconds = transition.DecidedReceivedNs * 1e-9,
            };
    }

    public void Rhythm(RhythmSummary summary)
    {
        // Per-second results say it all.
    }

    public void Result(StreamKey key, PatchSecond patch, SecondObservation observation)
    {
        while (rhythm.Count < observation.Second)
        {
            rhythm.Add(null);
        }

        RhythmClass? found = observation.Scored ? (RhythmClass)MaxIndex(observation.Rhythm) : null;
        rhythm.Add(found);
        if (found is not (null or RhythmClass.Unreadable))
        {
            anomalySum += observation.Anomaly;
            readable++;
        }

        if (observation.Scored)
        {
            observation.Strip.CopyTo(strip, 0);
        }

        foreach (Beat beat in observation.Beats)
        {
            beats.Add(new TimedBeat(Seconds(beat.Sample), beat.Class));
        }
    }

    public void FrameDone(in EngineInput input, FrameOutcome outcome)
    {
        // The caller reuses its frame after the turn.
    }

    public RecordResult Finish(string name, double annotationRateHz, double seconds) => new()
    {
        Name = name,
        AnnotationRateHz = annotationRateHz,
        Seconds = seconds,
        Beats = [.. beats.Where(b => b.Seconds >= 0).OrderBy(b => b.Seconds)],
        Rhythm = rhythm,
        Strip = strip.Any(p => p > 0) ? StripLabels.Names[MaxIndex(strip)] : null,
        Anomaly = Tally.Ratio(anomalySum, readable),
        Alerts = [.. alerts.Values.OrderBy(a => a.DecidedSeconds)],
    };

    private static double Seconds(long sample) => sample / (double)PatchSecond.ModelRateHz;

    private static int MaxIndex(float[] values)
    {
        int best = 0;
        for (int i = 1; i < values.Length; i++)
        {
            best = values[i] > values[best] ? i : best;
        }

        return best;
    }
}
