using System.Globalization;
using AnyEcg.Tool;

namespace AnyEcg.Benchmarks;

/// <summary>The runner alone at one batch with so many threads.</summary>
/// <param name="Threads">Threads that compute.</param>
/// <param name="Batch">Streams of one lead.</param>
/// <param name="LeadSecondsPerSecond">Median.</param>
/// <param name="CpuMicroseconds">Processor time of a token, all threads, median: on a machine with nothing else to do, threads by rate.</param>
/// <param name="ShareOverlapped">Of the floor where arithmetic and memory hide behind each other: what no engine passes.</param>
/// <param name="ShareSummed">Of the floor where one waits for the other.</param>
internal sealed record EnginePoint(int Threads, int Batch, double LeadSecondsPerSecond, double CpuMicroseconds, double ShareOverlapped, double ShareSummed);

/// <summary>The runner alone over batches and threads.</summary>
internal static class EngineCurve
{
    /// <summary>Rings are full after a window.</summary>
    public const int WarmUpSeconds = 65;

    public static IReadOnlyList<EnginePoint> Measure(string manifest, MachineFloor floor, IReadOnlyList<int> batches, int rounds, TimeSpan time) =>
        [.. from rates in new[] { floor.One, floor.All } from batch in batches select Point(manifest, floor.Of(rates), rates.Threads, batch, rounds, time)];

    public static IEnumerable<string> Lines(IEnumerable<EnginePoint> points)
    {
        yield return "| threads | batch | lead-seconds/s | CPU us per token | of the floor (max) | of the floor (sum) |";
        yield return "| --- | --- | --- | --- | --- | --- |";
        foreach (EnginePoint p in points)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"| {p.Threads} | {p.Batch} | {p.LeadSecondsPerSecond:F0} | {p.CpuMicroseconds:F1} | {100 * p.ShareOverlapped:F0} % | {100 * p.ShareSummed:F0} % |");
        }
    }

    private static EnginePoint Point(string manifest, NetworkFloor floor, int threads, int batch, int rounds, TimeSpan time)
    {
        using EngineRate engine = new(manifest, threads, batch, WarmUpSeconds);
        (double Rate, double Cpu)[] runs = [.. Enumerable.Range(0, rounds).Select(_ => engine.Run(time))];
        double rate = Statistics.Median(runs.Select(run => run.Rate));
        return new EnginePoint(threads, batch, rate, Statistics.Median(runs.Select(run => run.Cpu)), rate / floor.Overlapped, rate / floor.OneAfterTheOther);
    }
}
