namespace AnyEcg.Signal;

/// <summary>
/// Classical streaming QRS detector for one lead, of the family of Pan and Tompkins (1985) and Hamilton (2002): band-pass,
/// path length, adaptive levels, search-back. It feeds the guard rails, independent of the network. Input: filtered
/// millivolts at 300 Hz. Allocates nothing after construction; the result does not depend on the chunking. Engine thread only.
/// Latency, counted from the main deflection: under 0.4 s for a clear QRS, at most 1 s for one found by search-back.
/// </summary>
public sealed class QrsDetector(int leadIndex) : IStateful
{
    private const int Second = PatchSecond.ModelRateHz;

    /// <summary>The first second only teaches the level; its peaks are judged at its end.</summary>
    private const int Learning = Second;

    /// <summary>After a QRS, a peak this close with less than half of its slope is a T wave (360 ms).</summary>
    private const int TWave = 108;

    /// <summary>Oldest peak that search-back may still name: the latency bound less one sample.</summary>
    private const int SearchBackReach = Second - 1;

    private const double SearchBackShare = 0.5;

    /// <summary>Samples looked at in one go.</summary>
    private const int Block = 64;

    private readonly QrsLocator locator = new();
    private readonly QrsFeature feature = new();
    private readonly PeakPicker picker = new();
    private readonly QrsLevels levels = new();
    private readonly QrsPeak[] missed = new QrsPeak[8], learning = new QrsPeak[8];
    private int missedCount;
    private long start, next, last;
    private double lastSlope, highest;
    private bool started, learned, seen;

    /// <summary>
    /// Takes samples in millivolts, the first of them model-rate sample <paramref name="firstSample"/>, and adds what it finds
    /// to <paramref name="found"/>, ordered by sample. Samples that do not follow on the last call's start a new search.
    /// </summary>
    public void Push(ReadOnlySpan<float> millivolts, long firstSample, List<QrsDetection> found) =>
        Push(millivolts, firstSample, [], found);

    /// <summary>The same, and writes the QRS feature of each sample, millivolts, into <paramref name="features"/> if that is not empty.</summary>
    public void Push(ReadOnlySpan<float> millivolts, long firstSample, Span<float> features, List<QrsDetection> found)
    {
        ArgumentNullException.ThrowIfNull(found);
        if (!millivolts.IsEmpty && (!started || firstSample != next))
            Reset(firstSample);
        Span<double> heights = stackalloc double[Block], bands = stackalloc double[Block];
        for (int at = 0; at < millivolts.Length; at += Block)
        {
            ReadOnlySpan<float> part = millivolts[at..Math.Min(at + Block, millivolts.Length)];
            if (next == start)
                feature.Reset(part[0]);
            feature.Run(part, heights, bands);
            for (int i = 0; i < part.Length && !features.IsEmpty; i++)
                features[at + i] = (float)heights[i];
            Take(part, heights[..part.Length], bands[..part.Length], found);
        }
    }

    /// <summary>Forgets everything: the signal starts anew at <paramref name="sample"/> (after a gap, lead-off or a new epoch).</summary>
    public void Reset(long sample)
    {
        (start, next, last) = (sample, sample, sample);
        (missedCount, lastSlope, highest) = (0, 0, 0);
        (started, learned, seen) = (true, false, false);
        locator.Reset(sample);
        picker.Reset();
        levels.Reset();
    }

    public void Exchange(StateExchange state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Object(locator);
        state.Object(feature);
        state.Object(picker);
        state.Object(levels);
        missedCount = state.Count(missedCount, missed.Length);
        foreach (ref QrsPeak peak in missed.AsSpan(0, missedCount))
        {
            peak = new QrsPeak(state.Position(peak.Sample), state.Value(peak.Height), state.Value(peak.Slope));
        }

        (start, next, last) = (state.Position(start), state.Position(next), state.Position(last));
        state.Value(ref lastSlope, ref highest);
        state.Value(ref started, ref learned, ref seen);
    }

    private void Take(ReadOnlySpan<float> values, ReadOnlySpan<double> heights, ReadOnlySpan<double> bands, List<QrsDetection> found)
    {
        int at = 0;
        while (at < values.Length)
        {
            // Up to a peak, or to where something falls due, no sample changes anything else.
            int quiet = at + (int)Math.Clamp(DueAt - next, 1, values.Length - at);
            int peakAt = picker.Find(heights[..quiet], at, out double peak), to = Math.Min(peakAt + 1, quiet);
            locator.Add(next, values[at..to], bands[at..to]);
            next += to - at - 1;
            if (peakAt < quiet)
                Judge(locator.Locate(next - PeakPicker.Refractory, peak), found);
            if (next - start < Learning)
                highest = Math.Max(highest, heights[to - 1]);
            else if (!learned)
                Learn(found);
            else
                SearchBack(found);
            next++;
            at = to;
        }
    }

    /// <summary>The first sample from which one that is no peak may matter.</summary>
    private long DueAt => !learned ? next
        : missedCount == 0 ? long.MaxValue
        : Math.Min(missed[0].Sample + SearchBackReach + 1, last + (long)Math.Ceiling(levels.Overdue));

    private void Judge(QrsPeak peak, List<QrsDetection> found)
    {
        if (!learned)
        {
            Keep(peak);
            return;
        }

        if (seen && peak.Sample - last < PeakPicker.Refractory)
        {
            return;
        }

        double threshold = levels.Threshold(peak.Sample - last);
        if (peak.Height > threshold && !IsTWave(peak))
        {
            Accept(peak, threshold, found);
            return;
        }

        levels.AddNoise(peak.Height);
        if (peak.Height > SearchBackShare * threshold && peak.Height > QrsLevels.Floor && !IsTWave(peak))
        {
            Keep(peak);
        }
    }

    private bool IsTWave(QrsPeak peak) => seen && peak.Sample - last < TWave && peak.Slope < 0.5 * lastSlope;

    private void Accept(QrsPeak peak, double threshold, List<QrsDetection> found)
    {
        levels.AddBeat(peak, seen ? peak.Sample - last : 0);
        (last, lastSlope, seen, missedCount) = (peak.Sample, peak.Slope, true, 0);
        float strength = (float)(peak.Height / threshold);
        found.Add(new QrsDetection(leadIndex, peak.Sample, strength) { Quality = (float)levels.Quality });
    }

    private void Keep(QrsPeak peak)
    {
        if (missedCount < missed.Length)
        {
            missed[missedCount++] = peak;
        }
    }

    /// <summary>The first second is over: its peaks are judged against the highest of them.</summary>
    private void Learn(List<QrsDetection> found)
    {
        learned = true;
        levels.Guess(highest);
        int count = missedCount;
        missed.AsSpan(0, count).CopyTo(learning);
        missedCount = 0;
        foreach (QrsPeak peak in learning.AsSpan(0, count))
        {
            Judge(peak, found);
        }
    }

    /// <summary>When a beat is overdue, the highest of the peaks that just failed and are not too old is taken for it.</summary>
    private void SearchBack(List<QrsDetection> found)
    {
        if (missedCount == 0)
        {
            return;
        }

        if (missed[0].Sample < next - SearchBackReach)
        {
            missed.AsSpan(1, --missedCount).CopyTo(missed);
            return;
        }

        if (next - last < levels.Overdue)
        {
            return;
        }

        int best = 0;
        for (int i = 1; i < missedCount; i++)
        {
            best = missed[i].Height > missed[best].Height ? i : best;
        }

        QrsPeak peak = missed[best];
        Accept(peak, SearchBackShare * levels.Threshold(peak.Sample - last), found);
    }
}
