using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using AnyEcg.Engine;

namespace AnyEcg.Worker;

/// <summary>
/// Text exposition (format 0.0.4) of the instruments of given meters. Stands in for a package that cannot be restored; the
/// seam is <see cref="Meter"/>, so any exporter can take its place. Thread-safe.
/// </summary>
internal sealed class PrometheusExporter : IDisposable
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly ConcurrentDictionary<Instrument, MetricFamily> families = new();
    private readonly List<(string Name, string Help, Func<HistogramSnapshot> Read)> histograms = [];
    private readonly MeterListener listener = new();
    private readonly Lock scraping = new();

    /// <param name="scope">The meter factory: only its meters are exposed, so that two workers in one process do not mix.</param>
    /// <param name="meterPrefix">Instruments of meters whose name starts so are exposed, e.g. "AnyEcg".</param>
    public PrometheusExporter(object scope, string meterPrefix)
    {
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, scope) && instrument.Meter.Name.StartsWith(meterPrefix, StringComparison.Ordinal))
            {
                l.EnableMeasurementEvents(instrument, families.GetOrAdd(instrument, i => new MetricFamily(i)));
            }
        };
        listener.MeasurementsCompleted = (instrument, _) => families.TryRemove(instrument, out MetricFamily? _);
        listener.SetMeasurementEventCallback<long>((_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        listener.SetMeasurementEventCallback<int>((_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        listener.SetMeasurementEventCallback<double>((_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        listener.Start();
    }

    /// <summary>Adds a histogram that its owner keeps itself, since an instrument per measurement would cost the engine thread too much.</summary>
    public void AddHistogram(string name, string help, Func<HistogramSnapshot> read) => histograms.Add((name, help, read));

    /// <summary>Observes the observable instruments and renders everything. One scrape at a time.</summary>
    public string Render()
    {
        lock (scraping)
        {
            listener.RecordObservableInstruments();
            StringBuilder text = new(8192);
            MetricFamily[] all = [.. families.Values.OrderBy(f => f.Name, StringComparer.Ordinal)];
            foreach (MetricFamily family in all)
            {
                family.Write(text);
            }

            foreach ((string name, string help, Func<HistogramSnapshot> read) in histograms)
            {
                Write(text, name, help, read());
            }

            const string overflow = "anyecg_metrics_dropped_measurements_total";
            text.Append("# HELP ").Append(overflow).Append(" Measurements dropped because an instrument had too many label sets\n");
            text.Append("# TYPE ").Append(overflow).Append(" counter\n");
            MetricFamily.Sample(text, overflow, "", all.Sum(f => f.Overflow));
            return text.ToString();
        }
    }

    public void Dispose() => listener.Dispose();

    /// <summary>Every fourth bound (a doubling) is exposed: finer than that, a scrape only costs.</summary>
    private static void Write(StringBuilder text, string name, string help, HistogramSnapshot histogram)
    {
        text.Append("# HELP ").Append(name).Append(' ').Append(help).Append("\n# TYPE ").Append(name).Append(" histogram\n");
        long cumulative = 0;
        for (int i = 0; i < histogram.Counts.Length; i++)
        {
            cumulative += histogram.Counts[i];
            bool last = i == histogram.UpperBoundsSeconds.Length;
            if (last || i % 4 == 0)
            {
                double bound = last ? double.PositiveInfinity : histogram.UpperBoundsSeconds[i];
                MetricFamily.Sample(text, name + "_bucket", $"le=\"{MetricFamily.Number(bound)}\"", cumulative);
            }
        }

        MetricFamily.Sample(text, name + "_sum", "", histogram.SumSeconds);
        MetricFamily.Sample(text, name + "_count", "", cumulative);
    }
}
