using AnyEcg.Model;
using AnyEcg.Signal;

namespace AnyEcg.Benchmarks;

/// <summary>
/// The least that a step of so many streams asks of a card: of its memory the rings once, what is added to them, weights, samples and scores once; of its
/// matrix units every operation at the rate of a large product; of the way to the host the samples in, and the scores out beside them.
/// </summary>
internal sealed class CudaFloor(NetworkCost cost, CudaRates rates, int streams)
{
    public int Streams => streams;

    /// <summary>Bytes of the card's memory: what the goal is set by.</summary>
    public double MemoryBytes => (double)streams * cost.StreamBytes + cost.WeightBytes;

    public double MemorySeconds => MemoryBytes / rates.CopyBytes;

    public double ArithmeticSeconds => (double)streams * cost.Flops / rates.ProductFlops;

    /// <summary>Samples in and scores out over the way to the host, both at once: the longer of the two.</summary>
    public double HostSeconds => streams * Math.Max(SampleBytes / rates.InBytes, (cost.InputOutputBytes - SampleBytes) / rates.OutBytes);

    /// <summary>Of one lead-second.</summary>
    private static double SampleBytes => sizeof(float) * PatchSecond.PatchSamples;

    public string Line() => FormattableString.Invariant(
        $"| {streams:N0} | {MemoryBytes / 1e9:F2} | {1e3 * MemorySeconds:F2} | {1e3 * ArithmeticSeconds:F2} | {1e3 * HostSeconds:F2} |");

    public static IEnumerable<string> Lines(IEnumerable<CudaFloor> floors) =>
        ["| streams | GB of memory a step | its floor, ms | arithmetic, ms | copies to and from the host, ms |", "| --- | --- | --- | --- | --- |", .. floors.Select(floor => floor.Line())];
}
