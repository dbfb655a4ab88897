using AnyEcg.Recordings;

namespace AnyEcg.Simulator;

/// <summary>
/// Which beat comes when within one rhythm. Heart-rate variability after McSharry and others (2003): a slow (0.1 Hz) and a
/// respiratory (0.25 Hz) wave in the intervals, and a little chance.
/// </summary>
internal sealed class BeatPattern(RhythmSegment segment, SeededNoise noise)
{
    /// <summary>Coupling of premature beats, in intervals of the rhythm.</summary>
    private const double VentricularCoupling = 0.6, SupraventricularCoupling = 0.65;

    private readonly double mean = 60 / segment.Rate;
    private long number;
    private int run;
    private bool paused;

    /// <param name="elapsed">Seconds of the rhythm so far.</param>
    public PatternBeat Next(double elapsed)
    {
        long n = number++;
        double interval = Interval(elapsed, n);
        if (!paused && segment.PauseAt is { } pause && elapsed >= pause)
        {
            // The beat that is due now comes so late that the pause, from beat to beat, has its length.
            paused = true;
            double wait = Math.Max(0, segment.PauseSeconds - interval);
            return Regular() with { Shift = wait, Advance = wait + interval };
        }

        if (run > 0 || (segment.VentricularEvery > 0 && (n + 1) % segment.VentricularEvery == 0))
            return Ventricular(interval);
        if (segment.SupraventricularEvery > 0 && (n + 1) % segment.SupraventricularEvery == 0)
            return new PatternBeat(BeatShape.Supraventricular, AnnotationCode.AtrialPremature, (SupraventricularCoupling - 1) * mean, interval + ((SupraventricularCoupling - 1) * mean));
        if (segment.Rhythm == SyntheticRhythm.DroppedBeats && (n + 1) % segment.DropEvery == 0)
            return new PatternBeat(BeatShape.AtrialOnly, AnnotationCode.NonConductedPWave, 0, interval);
        return Regular() with { Advance = interval };
    }

    /// <summary>Premature; the last of a run is followed by a pause that puts the rhythm back in step.</summary>
    private PatternBeat Ventricular(double interval)
    {
        run = run == 0 ? segment.VentricularRun - 1 : run - 1;
        double early = (VentricularCoupling - 1) * mean;
        double advance = run > 0 ? VentricularCoupling * mean : interval;
        return new PatternBeat(BeatShape.Ventricular, AnnotationCode.PrematureVentricular, early, advance);
    }

    private PatternBeat Regular() => segment.Rhythm switch
    {
        SyntheticRhythm.AtrialFibrillation => new PatternBeat(BeatShape.NoP, AnnotationCode.Normal, 0, 0),
        SyntheticRhythm.SupraventricularTachycardia => new PatternBeat(BeatShape.NoP, AnnotationCode.SupraventricularPremature, 0, 0),
        SyntheticRhythm.VentricularTachycardia => new PatternBeat(BeatShape.Ventricular, AnnotationCode.PrematureVentricular, 0, 0),
        SyntheticRhythm.Paced => new PatternBeat(BeatShape.Paced, AnnotationCode.Paced, 0, 0),
        _ => new PatternBeat(BeatShape.Sinus, AnnotationCode.Normal, 0, 0),
    };

    private double Interval(double elapsed, long n) => mean * segment.Rhythm switch
    {
        SyntheticRhythm.AtrialFibrillation => Math.Max(Math.Max(0.45, 0.32 / mean), 1 + (0.22 * noise.Normal(n))),
        SyntheticRhythm.VentricularTachycardia => 1 + (0.012 * noise.Normal(n)),
        SyntheticRhythm.SupraventricularTachycardia => 1 + (0.004 * noise.Normal(n)),
        SyntheticRhythm.Paced => 1,
        _ => 1 + (0.018 * Math.Sin(2 * Math.PI * 0.1 * elapsed)) + (0.018 * Math.Sin(2 * Math.PI * 0.25 * elapsed)) + (0.008 * noise.Normal(n)),
    };
}

/// <summary>A beat and what follows from it.</summary>
/// <param name="Shape">Its waves.</param>
/// <param name="Code">Its annotation.</param>
/// <param name="Shift">Seconds by which it comes before (below 0) or after the rhythm's own time.</param>
/// <param name="Advance">Seconds to the rhythm's next time.</param>
internal readonly record struct PatternBeat(BeatShape Shape, AnnotationCode Code, double Shift, double Advance);
