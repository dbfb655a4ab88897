using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace AnyEcg.Worker.Tests;

public sealed class PrometheusExporterTests
{
    private readonly object scope = new();

    [Fact]
    public void Render_Counter_SumsIncrementsByLabel()
    {
        using Meter meter = NewMeter();
        using PrometheusExporter exporter = new(scope, "AnyEcg");
        Counter<long> frames = meter.CreateCounter<long>("anyecg.frames.rejected", "{frame}", "Frames rejected");
        frames.Add(2, new KeyValuePair<string, object?>("reason", "bad-crc"));
        frames.Add(1, new KeyValuePair<string, object?>("reason", "bad-crc"));
        frames.Add(5, new KeyValuePair<string, object?>("reason", "bad-json"));

        string text = exporter.Render();

        Assert.Contains("# TYPE anyecg_frames_rejected_total counter\n", text, StringComparison.Ordinal);
        Assert.Contains("anyecg_frames_rejected_total{reason=\"bad-crc\"} 3\n", text, StringComparison.Ordinal);
        Assert.Contains("anyecg_frames_rejected_total{reason=\"bad-json\"} 5\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_Histogram_HasCumulativeBucketsSumAndCount()
    {
        using Meter meter = NewMeter();
        using PrometheusExporter exporter = new(scope, "AnyEcg");
        Histogram<double> latency = meter.CreateHistogram(
            "anyecg.alert.latency", "s", "Latency", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] });
        latency.Record(0.05);
        latency.Record(0.5);
        latency.Record(7);

        string text = exporter.Render();

        Assert.Contains("anyecg_alert_latency_seconds_bucket{le=\"0.1\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("anyecg_alert_latency_seconds_bucket{le=\"1\"} 2\n", text, StringComparison.Ordinal);
        Assert.Contains("anyecg_alert_latency_seconds_bucket{le=\"+Inf\"} 3\n", text, StringComparison.Ordinal);
        Assert.Contains("anyecg_alert_latency_seconds_sum 7.55\n", text, StringComparison.Ordinal);
        Assert.Contains("anyecg_alert_latency_seconds_count 3\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_ObservableGauge_ShowsTheLatestValueOnly()
    {
        using Meter meter = NewMeter();
        using PrometheusExporter exporter = new(scope, "AnyEcg");
        long streams = 3;
        meter.CreateObservableGauge("anyecg.streams.active", () => streams, "{stream}", "Streams");
        exporter.Render();
        streams = 4;

        Assert.Contains("anyecg_streams_active 4\n", exporter.Render(), StringComparison.Ordinal);
    }

    [Fact]
    public void Render_MeterOfAnotherScope_IsNotShown()
    {
        using Meter other = new(new MeterOptions("AnyEcg.Test") { Scope = new object() });
        using PrometheusExporter exporter = new(scope, "AnyEcg");
        other.CreateCounter<long>("anyecg.other").Add(1);

        Assert.DoesNotContain("anyecg_other", exporter.Render(), StringComparison.Ordinal);
    }

    [Fact]
    public void Record_TooManyLabelSets_AreDroppedAndCounted()
    {
        using Meter meter = NewMeter();
        using PrometheusExporter exporter = new(scope, "AnyEcg");
        Counter<long> counter = meter.CreateCounter<long>("anyecg.unbounded");
        for (int i = 0; i < MetricFamily.MaxSeries + 7; i++)
        {
            counter.Add(1, new KeyValuePair<string, object?>("id", i));
        }

        Assert.Contains("anyecg_metrics_dropped_measurements_total 7\n", exporter.Render(), StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_HostileValue_IsEscaped() =>
        Assert.Equal("a=\"x\\\"\\\\\\n\"", MetricName.Labels([new("a", "x\"\\\n")]));

    [PromtoolFact]
    public async Task Render_AllKinds_IsAcceptedByPromtool()
    {
        using Meter meter = NewMeter();
        using PrometheusExporter exporter = new(scope, "AnyEcg");
        meter.CreateCounter<long>("anyecg.frames.received", "{frame}", "Frames received").Add(1);
        meter.CreateHistogram<double>("anyecg.step.duration", "s", "Step duration").Record(0.01);
        meter.CreateObservableGauge("anyecg.memory", () => 12.5, "By", "Memory");

        (int exit, string output) = await Promtool.CheckAsync(exporter.Render());

        Assert.True(exit == 0, output);
    }

    private Meter NewMeter() => new(new MeterOptions("AnyEcg.Test") { Scope = scope });
}
