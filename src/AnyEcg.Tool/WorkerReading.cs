using System.Globalization;
using AnyEcg.Engine;

namespace AnyEcg.Tool;

/// <summary>The values of a worker's text exposition, the samples of one name added up, and its histograms.</summary>
internal sealed class WorkerReading
{
    private const string Bucket = "_bucket";

    private readonly Dictionary<string, double> values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedDictionary<double, double>> buckets = new(StringComparer.Ordinal);

    /// <summary>0 for a counter that has not counted yet.</summary>
    public long this[string name] => (long)Value(name);

    /// <summary>The same, with its fraction.</summary>
    public double Value(string name) => values.GetValueOrDefault(name);

    /// <summary>Of one kind, where a name has the label <c>kind</c>.</summary>
    public long OfKind(string name, string kind) => (long)values.GetValueOrDefault($"{name}/{kind}");

    /// <summary>The histogram of a name over all its labels; without a count where the worker has none.</summary>
    public HistogramSnapshot Histogram(string name)
    {
        if (!buckets.TryGetValue(name, out SortedDictionary<double, double>? cumulative))
        {
            return new HistogramSnapshot([1], [0, 0], 0);
        }

        long[] upTo = [.. cumulative.Values.Select(count => (long)count)];
        return new HistogramSnapshot(
            [.. cumulative.Keys.SkipLast(1)], [.. upTo.Select((count, i) => i == 0 ? count : count - upTo[i - 1])], Value(name + "_sum"));
    }

    public static WorkerReading Parse(string text)
    {
        WorkerReading reading = new();
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            int end = line.LastIndexOf(' ');
            if (line[0] == '#' || !double.TryParse(line.AsSpan(end + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out double value))
            {
                continue;
            }

            string series = line[..end], name = series.Split('{')[0];
            reading.Add(name, value);
            if (Label(series, "kind") is { } kind)
            {
                reading.Add($"{name}/{kind}", value);
            }

            if (name.EndsWith(Bucket, StringComparison.Ordinal) && Label(series, "le") is { } bound)
            {
                reading.AddBucket(name[..^Bucket.Length], bound, value);
            }
        }

        return reading;
    }

    private static string? Label(string series, string name)
    {
        string start = name + "=\"";
        int at = series.IndexOf(start, StringComparison.Ordinal);
        return at < 0 ? null : series[(at + start.Length)..series.IndexOf('"', at + start.Length)];
    }

    private void Add(string name, double value) => values[name] = values.GetValueOrDefault(name) + value;

    private void AddBucket(string name, string bound, double count)
    {
        if (!buckets.TryGetValue(name, out SortedDictionary<double, double>? histogram))
        {
            buckets.Add(name, histogram = []);
        }

        double upTo = bound == "+Inf" ? double.PositiveInfinity : double.Parse(bound, CultureInfo.InvariantCulture);
        histogram[upTo] = histogram.GetValueOrDefault(upTo) + count;
    }
}
