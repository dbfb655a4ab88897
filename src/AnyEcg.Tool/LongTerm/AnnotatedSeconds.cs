using AnyEcg.Alerts;
using AnyEcg.Signal;

namespace AnyEcg.Tool;

/// <summary>
/// What annotators say of a record as the seconds that a network would report if it agreed with them: the same fold then gives the
/// figures to compare with. The rhythm of a second is the one at its middle; before the first mark it is "other". One that is
/// marked as noise is unreadable.
/// </summary>
internal static class AnnotatedSeconds
{
    /// <summary>The figures of the annotations.</summary>
    /// <param name="truth">Beats and rhythms, ascending.</param>
    /// <param name="seconds">Length of the record; a part of a second at its end is left out.</param>
    /// <param name="settings">As for the network.</param>
    /// <param name="hourRows">As for the network.</param>
    public static LongTermSummary Fold(RecordTruth truth, double seconds, AlertSettings settings, int hourRows)
    {
        LongTermTracker tracker = new(settings, hourRows);
        SecondObservation now = new() { Epoch = 1, LeadCount = 1, Present = 1, Scored = true };
        IReadOnlyList<TimedBeat> beats = truth.Beats ?? [];
        IReadOnlyList<RhythmSpan> rhythms = truth.Rhythms ?? [];
        int nextBeat = 0, rhythm = 0;
        for (long k = 0; k + 1 <= seconds; k++)
        {
            (now.Second, now.StartNs) = (k, k * 1_000_000_000);
            nextBeat = TakeBeats(now, beats, nextBeat);
            rhythm = TakeRhythm(now, rhythms, rhythm);
            tracker.Observe(now);
        }

        tracker.Finish();
        return tracker.Summary();
    }

    /// <summary>The beats in the window of a second, seen by both detectors; returns the first one after it.</summary>
    private static int TakeBeats(SecondObservation now, IReadOnlyList<TimedBeat> beats, int next)
    {
        now.Beats.Clear();
        now.Qrs.Clear();
        long end = (now.Second * PatchSecond.ModelRateHz) + 240;
        for (; next < beats.Count; next++)
        {
            long sample = (long)Math.Round(beats[next].Seconds * PatchSecond.ModelRateHz);
            if (sample >= end)
                break;
            now.Beats.Add(new Beat(sample, beats[next].Class, 1));
            now.Qrs.Add(new QrsDetection(0, sample, 2));
        }

        return next;
    }

    private static int TakeRhythm(SecondObservation now, IReadOnlyList<RhythmSpan> rhythms, int at)
    {
        double middle = now.Second + 0.5;
        while (at < rhythms.Count && rhythms[at].Episode.End <= middle)
            at++;
        bool marked = at < rhythms.Count && rhythms[at].Episode.Start <= middle;
        Array.Clear(now.Rhythm);
        now.Rhythm[(int)(marked ? rhythms[at].Rhythm : RhythmClass.Other)] = 1;
        return at;
    }
}
