using System.Diagnostics;
using AnyEcg.Engine;
using AnyEcg.Model;
using AnyEcg.Signal;

namespace AnyEcg.Benchmarks;

/// <summary>Steps of the runner alone: streams of one lead with full rings, one second of each in every step.</summary>
internal sealed class EngineRate : IDisposable
{
    private readonly IModelRunner runner;
    private readonly StepPlan plan;
    private readonly StepScores scores;
    private readonly int streams;
    private readonly int secondsOfEach;

    /// <param name="manifest">Path of the manifest.</param>
    /// <param name="threads">Threads that compute.</param>
    /// <param name="streams">The batch.</param>
    /// <param name="warmUp">Seconds before: a window fills the rings.</param>
    public EngineRate(string manifest, int threads, int streams, int warmUp)
        : this(ModelLoader.Load(manifest, new CpuModelOptions { Threads = threads, MaxSlots = streams, MaxLeadSlots = streams, MaxRows = streams, MaxTokens = streams }), streams, warmUp)
    {
    }

    /// <param name="runner">Any engine, with room for the streams; this object's from now on.</param>
    /// <param name="streams">The batch.</param>
    /// <param name="warmUp">Seconds before: a window fills the rings.</param>
    /// <param name="secondsOfEach">Seconds of each stream in a plan: 1 live, more for streams that are behind.</param>
    public EngineRate(IModelRunner runner, int streams, int warmUp, int secondsOfEach = 1)
    {
        this.streams = streams;
        this.runner = runner;
        this.secondsOfEach = secondsOfEach;
        int rows = streams * secondsOfEach;
        plan = new StepPlan(rows, rows);
        scores = new StepScores(rows, rows, runner.Info.ArrhythmiaLabels.Count);
        Fill();
        for (int second = 0; second < warmUp; second += secondsOfEach)
            Step();
    }

    /// <summary>Steps for at least so long: lead-seconds a second, and processor time of one in microseconds, all threads.</summary>
    public (double Rate, double CpuMicroseconds) Run(TimeSpan time)
    {
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        int steps = 0;
        TimeSpan elapsed = default;
        for (; elapsed < time; elapsed = Stopwatch.GetElapsedTime(start))
        {
            Step();
            steps++;
        }

        return (steps * streams / elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / (steps * streams));
    }

    /// <summary>Times of single steps.</summary>
    public TimeSpan[] Times(int steps)
    {
        TimeSpan[] times = new TimeSpan[steps];
        foreach (ref TimeSpan time in times.AsSpan())
        {
            long start = Stopwatch.GetTimestamp();
            Step();
            time = Stopwatch.GetElapsedTime(start);
        }

        return times;
    }

    /// <summary>The next second of every stream, with given samples: [stream, 300], and context features: [stream, F].</summary>
    public StepScores Step(ReadOnlySpan<float> patches, ReadOnlySpan<float> context)
    {
        patches.CopyTo(plan.Patches);
        int features = context.Length / streams;
        for (int row = 0; row < streams; row++)
            context.Slice(row * features, features).CopyTo(plan.RowContext.AsSpan(row * ContextFeatures.Count));
        Step();
        return scores;
    }

    public void Dispose() => runner.Dispose();

    private void Fill()
    {
        LeadSet leads = new(Lead.II);
        PatchSecond second = new(1) { Present = 1 };
        Random random = new(1);
        for (int i = 0; i < streams; i++)
        {
            foreach (ref float sample in second.Samples.AsSpan())
                sample = random.NextSingle() - 0.5f;
            bool taken = runner.TryOpen(1, out KvSlot slot);
            for (second.Second = 0; second.Second < secondsOfEach; second.Second++)
                taken = taken && plan.TryAdd(slot, leads, second);
            if (!taken)
                throw new UnreachableException("A runner takes as many streams as it was made for.");
        }
    }

    private void Step()
    {
        runner.Step(plan, scores);
        foreach (ref long second in plan.RowSecond.AsSpan(0, plan.RowCount))
            second += secondsOfEach;
    }
}
