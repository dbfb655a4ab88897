using AnyEcg.Recordings;
using AnyEcg.Signal;

namespace AnyEcg.Tool;

/// <summary>
/// Makes stretches of a record flat: on each lead a straight line from the level that it has before to the one after, with white
/// noise as strong as the record's own, rounded to whole converter steps. Immutable: every run over the record gives the same.
/// </summary>
internal sealed class FlatLines : IFrameChange
{
    private const double LevelSeconds = 0.04, NoiseSeconds = 60;

    /// <summary>The median of |x - y| of normal noise, in units of its deviation.</summary>
    private const double MedianOfDifference = 0.6745 * 1.4142135623730951;

    private readonly Line[] lines;
    private readonly double[] noise;
    private readonly ulong seed;

    private FlatLines(Line[] lines, double[] noise, int seed)
    {
        this.lines = lines;
        this.noise = noise;
        this.seed = (ulong)seed;
    }

    /// <param name="record">The record that is to be changed; its position is moved.</param>
    /// <param name="stretches">Where.</param>
    /// <param name="seed">Of the noise.</param>
    public static FlatLines In(Recording record, IReadOnlyList<AsystoleStretch> stretches, int seed)
    {
        double rate = record.Format.SampleRateHz;
        long At(double second) => Math.Clamp((long)Math.Round(second * rate), 0, record.SampleCount);
        return new FlatLines(
            [.. stretches.Select(s => new Line(At(s.Line.Start), At(s.Line.End), Level(record, At(s.Line.Start)), Level(record, At(s.Line.End))))],
            Noise(record),
            seed);
    }

    public void Apply(EcgFrame frame)
    {
        foreach (Line line in lines.Where(l => l.First < frame.FirstSample + frame.SamplesPerLead && l.End > frame.FirstSample))
        {
            int from = (int)Math.Max(0, line.First - frame.FirstSample);
            int to = (int)Math.Min(frame.SamplesPerLead, line.End - frame.FirstSample);
            for (int lead = 0; lead < frame.LeadCount; lead++)
            {
                Draw(frame.LeadSamples(lead)[from..to], line, frame.FirstSample + from, lead);
            }
        }
    }

    private void Draw(Span<float> samples, Line line, long first, int lead)
    {
        for (int i = 0; i < samples.Length; i++)
        {
            double share = (first + i - line.First) / (double)(line.End - line.First);
            double level = line.Before[lead] + (share * (line.After[lead] - line.Before[lead]));
            samples[i] = (float)Math.Round(level + (noise[lead] * Normal(lead, first + i)));
        }
    }

    /// <summary>Box and Muller's transform of two uniform numbers that belong to the sample.</summary>
    private double Normal(int lead, long sample) =>
        Math.Sqrt(-2 * Math.Log(1 - Uniform(lead, 2 * sample))) * Math.Cos(2 * Math.PI * Uniform(lead, (2 * sample) + 1));

    /// <summary>The mixing function of SplitMix64 (Steele, Lea and Flood 2014).</summary>
    private double Uniform(int lead, long index)
    {
        ulong z = unchecked((((seed << 8) + (ulong)lead) * 0x9E3779B97F4A7C15) + ((ulong)index * 0xD1342543DE82EF95));
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EB);
        return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
    }

    private static double[] Level(Recording record, long at)
    {
        int half = Math.Max(1, (int)(LevelSeconds / 2 * record.Format.SampleRateHz));
        float[][] rows = RecordBlocks.Read(record, Math.Max(0, at - half), 2 * half);
        return [.. rows.Select((row, lead) => row.Where(float.IsFinite).Select(x => (double)x).DefaultIfEmpty(record.Format.Baseline[lead]).Average())];
    }

    /// <summary>From the median step between neighbours: most of an ECG is flat, and steps there are noise.</summary>
    private static double[] Noise(Recording record)
    {
        float[][] rows = RecordBlocks.Read(record, 0, (int)(NoiseSeconds * record.Format.SampleRateHz));
        return [.. rows.Select(row => MedianStep(row) / MedianOfDifference)];
    }

    private static double MedianStep(float[] row)
    {
        double[] steps = [.. row.Zip(row.Skip(1), (a, b) => (double)Math.Abs(a - b)).Where(double.IsFinite)];
        Array.Sort(steps);
        return steps.Length == 0 ? 0 : steps[steps.Length / 2];
    }

    private readonly record struct Line(long First, long End, double[] Before, double[] After);
}
