using AnyEcg.Engine;
using AnyEcg.Model;

namespace AnyEcg.Benchmarks;

/// <summary>Times of a step: one second of every stream, from the plan to the scores, copies both ways included.</summary>
/// <param name="Streams">Streams of one lead, rings full.</param>
/// <param name="MedianMilliseconds">The middle one.</param>
/// <param name="P99Milliseconds">What one in a hundred passes.</param>
internal sealed record CudaStepTimes(int Streams, double MedianMilliseconds, double P99Milliseconds)
{
    /// <summary>Seconds before that are not timed: a window and a few fill the rings, and every kind of pass is recorded by then.</summary>
    public const int WarmUpSeconds = 70;

    public double LeadSecondsPerSecond => Streams / MedianMilliseconds * 1000;

    public static CudaStepTimes Measure(IModelRunner runner, int streams, int steps)
    {
        using EngineRate engine = new(runner, streams, WarmUpSeconds);
        double[] milliseconds = [.. engine.Times(steps).Select(time => time.TotalMilliseconds)];
        return new CudaStepTimes(streams, Statistics.Median(milliseconds), Statistics.Quantile(milliseconds, 0.99));
    }

    /// <summary>What each kernel and product takes, the longest first, and what the kernels occupy. Passes are given launch by launch meanwhile.</summary>
    public static IReadOnlyList<string> Profile(CudaModelRunner runner, int streams, int steps)
    {
        using EngineRate engine = new(runner, streams, WarmUpSeconds);
        using CudaProfile profile = new(runner.Engine.Context);
        runner.Engine.Step.Profile = profile;
        engine.Times(steps);
        runner.Engine.Step.Profile = null;
        runner.Engine.Context.MakeCurrent();
        return [.. Lines([.. profile.Sums.Select(sum => (sum.Key, sum.Value.Milliseconds / steps, sum.Value.Count / steps)).OrderByDescending(sum => sum.Item2)], runner.Engine.Step.Kernels)];
    }

    private static IEnumerable<string> Lines(IReadOnlyList<(string Name, double Milliseconds, int Launches)> profile, IReadOnlyDictionary<string, Kernel> kernels)
    {
        double total = profile.Sum(kernel => kernel.Milliseconds);
        yield return "| kernel or product | ms a step | launches | share | registers | bytes spilled | shared memory |";
        yield return "| --- | --- | --- | --- | --- | --- | --- |";
        foreach ((string name, double milliseconds, int launches) in profile)
        {
            string takes = kernels.TryGetValue(name, out Kernel? kernel) ? FormattableString.Invariant($"{kernel.Registers} | {kernel.LocalBytes} | {kernel.SharedBytes}") : "| |";
            yield return FormattableString.Invariant($"| {name} | {milliseconds:F3} | {launches} | {100 * milliseconds / total:F1} % | {takes} |");
        }

        yield return FormattableString.Invariant($"| all | {total:F3} | {profile.Sum(kernel => kernel.Launches)} | | | | |");
    }
}
