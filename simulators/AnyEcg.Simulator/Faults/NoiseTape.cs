using AnyEcg.Recordings;
using AnyEcg.Signal;

namespace AnyEcg.Simulator;

/// <summary>A recording of noise as rows of zero mean and unit power, at the rate of the stream it is mixed into.</summary>
internal sealed class NoiseTape
{
    /// <summary>No more of it is read: memory is bounded, and noise may repeat.</summary>
    private const int MaxSeconds = 600;

    private readonly float[][] rows;

    private NoiseTape(float[][] rows) => this.rows = rows;

    /// <summary>The noise of a lead at a sample; the recording begins again at its end.</summary>
    public double At(int lead, long sample)
    {
        float[] row = rows[lead % rows.Length];
        return row[sample % row.Length];
    }

    /// <exception cref="RecordingFormatException">Damaged, or without a sample.</exception>
    /// <exception cref="IOException">A file cannot be opened.</exception>
    public static NoiseTape Open(string path, double rateHz)
    {
        using FrameSource source = FrameSource.Open(path, new FrameSourceOptions());
        List<float>[] read = [.. Enumerable.Range(0, source.Format.Leads.Count).Select(_ => new List<float>())];
        EcgFrame frame = new();
        while (source.Position < MaxSeconds * source.Format.SampleRateHz && source.TryNext(frame))
        {
            for (int lead = 0; lead < read.Length; lead++)
                read[lead].AddRange(frame.LeadSamples(lead));
        }

        if (read[0].Count < 2)
            throw new RecordingFormatException($"Record {source.RecordName} has no noise in it.");
        return new NoiseTape([.. read.Select(row => Normalise(Resample(row, source.Format.SampleRateHz / rateHz)))]);
    }

    /// <summary>By straight lines between samples: noise has no shape to keep.</summary>
    private static float[] Resample(List<float> row, double step)
    {
        float[] to = new float[Math.Max(1, (int)((row.Count - 1) / step))];
        for (int i = 0; i < to.Length; i++)
        {
            int at = Math.Min((int)(i * step), row.Count - 2);
            double share = (i * step) - at;
            to[i] = (float)(row[at] + (share * (row[at + 1] - row[at])));
        }

        return to;
    }

    private static float[] Normalise(float[] row)
    {
        double mean = row.Average(x => (double)x);
        double power = row.Average(x => (x - mean) * (x - mean));
        double scale = power > 0 ? 1 / Math.Sqrt(power) : 0;
        return [.. row.Select(x => (float)((x - mean) * scale))];
    }
}
