using AnyEcg.Engine;

namespace AnyEcg.Tool.Tests;

public sealed class WorkerReadingTests
{
    [Fact]
    public void Parse_TextExposition_AddsUpTheSamplesOfAName()
    {
        WorkerReading reading = WorkerReading.Parse(
            "# HELP a_total What\n# TYPE a_total counter\na_total 3\nr_total{kind=\"frame\",reason=\"x\"} 2\nr_total{kind=\"frame\",reason=\"y\"} 5\nr_total{kind=\"meta\",reason=\"x\"} 11\n");

        Assert.Equal((3, 18, 7, 0), (reading["a_total"], reading["r_total"], reading.OfKind("r_total", "frame"), reading["absent"]));
    }

    [Fact]
    public void Histogram_OfSeveralSeries_IsTheirSumPerBucket()
    {
        WorkerReading reading = WorkerReading.Parse(
            """
            h_bucket{kind="a",le="0.5"} 1
            h_bucket{kind="a",le="10"} 3
            h_bucket{kind="a",le="+Inf"} 4
            h_sum{kind="a"} 20.5
            h_bucket{kind="b",le="0.5"} 10
            h_bucket{kind="b",le="10"} 10
            h_bucket{kind="b",le="+Inf"} 10
            h_sum{kind="b"} 2
            """);

        HistogramSnapshot histogram = reading.Histogram("h");
        Assert.Equal<double[]>([0.5, 10], [.. histogram.UpperBoundsSeconds]);
        Assert.Equal<long[]>([11, 2, 1], [.. histogram.Counts]);
        Assert.Equal(22.5, histogram.SumSeconds);
        Assert.Equal(0.5, histogram.Quantile(0.5));
    }

    [Fact]
    public void Histogram_ThatTheWorkerHasNot_CountsNothing() => Assert.Equal(0, WorkerReading.Parse("a_total 3\n").Histogram("h").Count);
}
