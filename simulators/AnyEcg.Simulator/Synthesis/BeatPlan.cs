using AnyEcg.Recordings;

namespace AnyEcg.Simulator;

/// <summary>The beats of a programme, one after the other, from a seed. Enumerated as far as needed: a repeating programme has no end.</summary>
internal sealed class BeatPlan(SyntheticOptions options, int seed)
{
    /// <summary>Beats keep this far from the end of their rhythm, in samples, so that rounding does not carry them over it.</summary>
    private const double Margin = 0.5;

    private readonly double rate = options.TrueRateHz;

    /// <summary>The programme on the sample axis; every start is exact.</summary>
    public IEnumerable<PlacedSegment> Segments()
    {
        double seconds = 0;
        long first = 0;
        int number = 0;
        do
        {
            foreach (RhythmSegment segment in options.Programme)
            {
                seconds += segment.Seconds;
                long end = (long)Math.Round(seconds * rate);
                yield return new PlacedSegment(segment, first, end, number++);
                first = end;
            }
        }
        while (options.Repeat);
    }

    /// <summary>All beats, ascending.</summary>
    public IEnumerable<PlannedBeat> Beats()
    {
        double last = double.NegativeInfinity;
        foreach (PlacedSegment placed in Segments())
        {
            foreach (PlannedBeat beat in Beats(placed, last))
            {
                last = beat.Seconds;
                yield return beat;
            }
        }
    }

    private IEnumerable<PlannedBeat> Beats(PlacedSegment placed, double last)
    {
        RhythmSegment segment = placed.Segment;
        if (segment.Rhythm is SyntheticRhythm.Asystole or SyntheticRhythm.VentricularFibrillation)
            yield break;

        double start = placed.First / rate, end = (placed.End - Margin) / rate;
        double mean = 60 / segment.Rate;
        BeatPattern pattern = new(segment, SeededNoise.For(seed, "beats", placed.Number));

        // Where the heart has been still, it need not wait a whole interval.
        double at = Math.Max(start + (0.3 * mean), last + mean);
        double before = double.IsFinite(last) ? last : at - mean;
        while (true)
        {
            PatternBeat beat = pattern.Next(at - start);
            double time = at + beat.Shift;
            if (time >= end)
                yield break;
            yield return new PlannedBeat(Math.Max(time, start), Math.Max(0.2, time - before), beat.Shape, beat.Code);
            before = time;
            at += beat.Advance;
        }
    }
}
