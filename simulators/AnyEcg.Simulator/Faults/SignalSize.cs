using AnyEcg.Signal;

namespace AnyEcg.Simulator;

/// <summary>How high the ECG of a source is, in converter steps, peak to peak: what a signal-to-noise ratio refers to.</summary>
internal static class SignalSize
{
    private const int Seconds = 60;

    /// <summary>Less than this many microvolts is no ECG (a programme that begins with asystole): a millivolt is taken.</summary>
    private const double LeastMicrovolts = 100, UsualMicrovolts = 1000;

    /// <summary>
    /// For each lead the mean range of windows of one second, the highest and lowest twentieth of them left out, as sigamp(1) of WFDB does
    /// it without annotations. Reads the first minute and leaves the source at its beginning.
    /// </summary>
    public static double[] Measure(IFrameSource source)
    {
        StreamFormat format = source.Format;
        List<double>[] ranges = [.. Enumerable.Range(0, format.Leads.Count).Select(_ => new List<double>())];
        SecondRanges windows = new(format, ranges);
        EcgFrame frame = new();
        while (source.Position < Seconds * format.SampleRateHz && source.TryNext(frame))
            windows.Add(frame);
        source.Rewind(source.Descriptor.Epoch, null);
        return [.. ranges.Select((lead, i) => Size(lead, format.MicrovoltsPerLsb[i]))];
    }

    private static double Size(List<double> ranges, double microvoltsPerLsb)
    {
        ranges.Sort();
        int cut = ranges.Count / 20;
        double mean = ranges.Count == 0 ? 0 : ranges.Skip(cut).Take(ranges.Count - (2 * cut)).Average();
        return mean * microvoltsPerLsb < LeastMicrovolts ? UsualMicrovolts / microvoltsPerLsb : mean;
    }

    /// <summary>Collects the range of each second.</summary>
    private sealed class SecondRanges(StreamFormat format, List<double>[] ranges)
    {
        private readonly float[] low = new float[format.Leads.Count], high = new float[format.Leads.Count];
        private readonly int window = (int)Math.Round(format.SampleRateHz);
        private int count;

        public void Add(EcgFrame frame)
        {
            for (int i = 0; i < frame.SamplesPerLead; i++)
            {
                for (int lead = 0; lead < frame.LeadCount; lead++)
                {
                    float value = frame.LeadSamples(lead)[i];
                    low[lead] = count == 0 ? value : Math.Min(low[lead], value);
                    high[lead] = count == 0 ? value : Math.Max(high[lead], value);
                }

                if (++count < window)
                    continue;
                count = 0;
                for (int lead = 0; lead < frame.LeadCount; lead++)
                    ranges[lead].Add(high[lead] - low[lead]);
            }
        }
    }
}
