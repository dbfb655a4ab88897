using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace AnyEcg.Worker;

/// <summary>All series of one instrument. Thread-safe; the number of series is bounded, what exceeds it is counted.</summary>
internal sealed class MetricFamily
{
    /// <summary>More label sets than this is a mistake (an identifier in a label), not a metric.</summary>
    public const int MaxSeries = 200;

    private readonly ConcurrentDictionary<string, Series> series = new(StringComparer.Ordinal);
    private readonly double[] bounds;
    private readonly string kind;
    private readonly string help;
    private long overflow;

    public MetricFamily(Instrument instrument)
    {
        bool counter = IsCounter(instrument);
        bool histogram = instrument is Histogram<double> or Histogram<long>;
        Additive = instrument is Counter<long> or Counter<double> or UpDownCounter<long>;
        Name = MetricName.Of(instrument, counter);
        kind = histogram ? "histogram" : counter ? "counter" : "gauge";
        help = MetricName.Escape(instrument.Description ?? instrument.Name);
        bounds = histogram ? Bounds(instrument) : [];
    }

    public string Name { get; }

    /// <summary>True when measurements are increments, false when each one is the new value.</summary>
    public bool Additive { get; }

    public long Overflow => Interlocked.Read(ref overflow);

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string labels = MetricName.Labels(tags);
        if (!series.TryGetValue(labels, out Series? one))
        {
            if (series.Count >= MaxSeries)
            {
                Interlocked.Increment(ref overflow);
                return;
            }

            one = series.GetOrAdd(labels, _ => new Series(bounds.Length));
        }

        one.Record(value, bounds, Additive);
    }

    public void Write(StringBuilder text)
    {
        if (series.IsEmpty)
        {
            return;
        }

        text.Append("# HELP ").Append(Name).Append(' ').Append(help).Append('\n');
        text.Append("# TYPE ").Append(Name).Append(' ').Append(kind).Append('\n');
        foreach ((string labels, Series one) in series.OrderBy(s => s.Key, StringComparer.Ordinal))
        {
            if (kind == "histogram")
            {
                one.WriteHistogram(text, Name, labels, bounds);
            }
            else
            {
                Sample(text, Name, labels, one.Value);
            }
        }
    }

    public static void Sample(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }

        text.Append(' ').Append(Number(value)).Append('\n');
    }

    public static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : value.ToString("R", CultureInfo.InvariantCulture);

    private static bool IsCounter(Instrument instrument) =>
        instrument is Counter<long> or Counter<double> or ObservableCounter<long> or ObservableCounter<double>;

    private static double[] Bounds(Instrument instrument) => instrument switch
    {
        Histogram<double> { Advice.HistogramBucketBoundaries: { } b } => [.. b],
        Histogram<long> { Advice.HistogramBucketBoundaries: { } b } => [.. b.Select(x => (double)x)],
        _ => [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    };

    private sealed class Series(int bucketCount)
    {
        private readonly Lock gate = new();
        private readonly long[] buckets = new long[bucketCount + 1];
        private double value;

        public double Value
        {
            get
            {
                lock (gate)
                {
                    return value;
                }
            }
        }

        public void Record(double measurement, double[] bounds, bool additive)
        {
            lock (gate)
            {
                if (bucketCount == 0)
                {
                    value = additive ? value + measurement : measurement;
                    return;
                }

                int bucket = 0;
                while (bucket < bounds.Length && measurement > bounds[bucket])
                {
                    bucket++;
                }

                buckets[bucket]++;
                value += measurement;
            }
        }

        public void WriteHistogram(StringBuilder text, string name, string labels, double[] bounds)
        {
            string prefix = labels.Length == 0 ? "" : labels + ",";
            lock (gate)
            {
                long cumulative = 0;
                for (int i = 0; i <= bounds.Length; i++)
                {
                    cumulative += buckets[i];
                    double bound = i == bounds.Length ? double.PositiveInfinity : bounds[i];
                    Sample(text, name + "_bucket", $"{prefix}le=\"{Number(bound)}\"", cumulative);
                }

                Sample(text, name + "_sum", labels, value);
                Sample(text, name + "_count", labels, cumulative);
            }
        }
    }
}
