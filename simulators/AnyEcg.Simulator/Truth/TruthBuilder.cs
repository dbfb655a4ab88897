using System.Collections.Immutable;
using AnyEcg.Recordings;

namespace AnyEcg.Simulator;

/// <summary>From a device's options to its truth: the same plan that the model draws, and the same spans that its faults use.</summary>
public static class TruthBuilder
{
    /// <summary>No truth speaks of more beats: as JSON it fits a packet of 1 MiB.</summary>
    public const int MaxBeats = 60_000;

    /// <summary>The truth of a synthetic device.</summary>
    /// <param name="options">Of the device.</param>
    /// <param name="firstEpoch">Its first epoch.</param>
    /// <param name="seconds">How far it speaks at most; a programme that ends earlier ends it.</param>
    /// <exception cref="ArgumentException">The device replays a recording: what annotators say of it stands beside that.</exception>
    public static StreamTruth Of(SimulatedDeviceOptions options, uint firstEpoch, double seconds)
    {
        if (options.Synthetic is not { } stated)
            throw new ArgumentException("Only a synthetic device has a truth of its own.", nameof(options));
        DeviceFaultOptions faults = options.DeviceFaults;
        SyntheticOptions synthetic = stated with { RateErrorPercent = faults.RateErrorPercent };
        BeatPlan plan = new(synthetic, options.Seed);
        double rate = synthetic.TrueRateHz;
        long Sample(double at) => (long)Math.Round(at * rate);
        long limit = Sample(seconds);
        ImmutableArray<TrueBeat> beats =
            [.. plan.Beats().Select(beat => new TrueBeat(Sample(beat.Seconds), beat.Code)).TakeWhile(beat => beat.Sample < limit).Take(MaxBeats)];
        limit = beats.Length == MaxBeats ? beats[^1].Sample : limit;
        ImmutableArray<TrueRhythm> rhythms = [.. plan.Segments().TakeWhile(placed => placed.First < limit).Select(placed => Rhythm(placed, limit))];
        limit = rhythms[^1].Span.End;

        TrueSpan Span(double from, double to) => new(Math.Min(Sample(from), limit), Math.Min(Sample(to), limit));
        DeviceRestart[] restarts = [.. faults.Restarts.OrderBy(r => r.At).Where(r => Sample(r.At) < limit)];
        return new StreamTruth
        {
            Key = options.Key,
            SampleRateHz = synthetic.SampleRateHz,
            TrueRateHz = rate,
            Samples = limit,
            Beats = beats,
            Rhythms = rhythms,
            Noise = [.. faults.Noise.Select(n => new TrueNoise(Span(n.From, n.To), n.Kind, n.SnrDb)).Where(n => n.Span.First < n.Span.End)],
            Electrodes = [.. faults.Electrodes.Select(e => new TrueElectrode(Span(e.From, e.To), e.Mask(synthetic.Leads.Length), e.Signal, e.Flagged)).Where(e => e.Span.First < e.Span.End)],
            Gaps = [.. restarts.Where(r => r.DownSeconds > 0).Select(r => Span(r.At, r.At + r.DownSeconds))],
            Epochs = [new TrueEpoch(firstEpoch, 0), .. Epochs(restarts, firstEpoch, Sample).Where(epoch => epoch.First < limit)],
        };
    }

    private static TrueRhythm Rhythm(PlacedSegment placed, long limit)
        => new(new TrueSpan(placed.First, Math.Min(placed.End, limit)), placed.Segment.Rhythm);

    private static IEnumerable<TrueEpoch> Epochs(DeviceRestart[] restarts, uint epoch, Func<double, long> sample)
    {
        foreach (DeviceRestart restart in restarts)
        {
            epoch += restart.NewEpoch ? 1u : 0;
            yield return new TrueEpoch(epoch, sample(restart.At + restart.DownSeconds));
        }
    }
}
