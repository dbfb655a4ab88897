using System.Globalization;
using System.IO.Compression;

namespace AnyEcg.Recordings.Tests;

/// <summary>Compares a recording with a text output of the reference reader, number by number.</summary>
internal static class ReferenceOutput
{
    /// <returns>Numbers compared, and a description of the first that differs.</returns>
    public static (long Compared, string? Difference) Compare(ReferenceCase test, Recording recording, TextReader target)
    {
        int[] signals = test.Signals.Length > 0 ? test.Signals : [.. Enumerable.Range(0, recording.AllSignals.Length)];
        double frameRate = recording.AnnotationRateHz;
        int[] perFrame = [.. signals.Select(s => (int)Math.Round(recording.AllSignals[s].SampleRateHz / frameRate))];
        bool expanded = test.Kind is Printed.DigitalExpanded or Printed.PhysicalExpanded;
        int lines = expanded ? perFrame.Max() : 1;
        double[][] frame = [.. perFrame.Select(n => new double[n])];
        long compared = 0;
        for (int i = 0; i < test.SkipLines; i++)
        {
            target.ReadLine();
        }

        for (long at = test.From; at < (test.To ?? long.MaxValue); at++)
        {
            bool ended = false;
            for (int s = 0; s < signals.Length; s++)
            {
                ended |= recording.ReadSignal(signals[s], at * perFrame[s], frame[s]) < perFrame[s];
            }

            for (int line = 0; line < lines && !ended; line++)
            {
                if (target.ReadLine() is not { } text)
                {
                    return (compared, $"the reference ends before frame {at}");
                }

                if (Difference(test, recording, signals, frame, line, lines, text) is { } difference)
                {
                    return (compared, $"frame {at}: {difference}");
                }

                compared += signals.Length;
            }

            if (ended)
            {
                break;
            }
        }

        return (compared, target.ReadLine() is null ? null : "the reference goes on");
    }

    public static TextReader Open(string path)
    {
        Stream stream = File.OpenRead(path);
        return new StreamReader(path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(stream, CompressionMode.Decompress) : stream);
    }

    private static string? Difference(ReferenceCase test, Recording recording, int[] signals, double[][] frame, int line, int lines, string text)
    {
        string[] fields = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length != signals.Length)
        {
            return $"{fields.Length} numbers for {signals.Length} signals";
        }

        for (int s = 0; s < signals.Length; s++)
        {
            double step = lines > 1 ? frame[s][line * frame[s].Length / lines] : Mean(frame[s]);
            RecordedSignal signal = recording.AllSignals[signals[s]];
            bool physical = test.Kind is Printed.Physical or Printed.PhysicalExpanded;
            double value = physical ? Math.Round((step - signal.Baseline) / signal.AdcGain, 8) : step;
            double expected = fields[s] == "-" ? double.NaN : double.Parse(fields[s], CultureInfo.InvariantCulture);
            if (!physical && double.IsNaN(value))
            {
                value = test.Missing;
            }

            if (!value.Equals(expected) && !(value == 0 && expected == 0))
            {
                return FormattableString.Invariant($"signal {signals[s]} is {value}, the reference has {expected}");
            }
        }

        return null;
    }

    /// <summary>At one sample per frame the reference prints the mean, in whole steps; none where a sample is missing.</summary>
    private static double Mean(double[] samples) => samples.Length == 1 ? samples[0] : Math.Truncate(samples.Sum() / samples.Length);
}
