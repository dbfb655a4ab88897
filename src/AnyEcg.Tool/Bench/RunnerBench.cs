using System.Diagnostics;
using AnyEcg.Engine;
using AnyEcg.Signal;

namespace AnyEcg.Tool;

/// <summary>Steps of the network alone: each simulated second, one second of every stream, in as few plans as the runner takes.</summary>
internal sealed class RunnerBench
{
    /// <summary>Different samples, so that no two neighbours are alike.</summary>
    private const int Patterns = 64;

    private readonly IModelRunner model;
    private readonly LeadSet leads;
    private readonly KvSlot[] slots;
    private readonly PatchSecond[] patches;
    private readonly StepPlan plan;
    private readonly StepScores scores;

    /// <exception cref="InvalidDataException">The runner has no room for so many streams.</exception>
    public RunnerBench(IModelRunner model, int streams, int leadCount)
    {
        this.model = model;
        leads = new LeadSet([.. Enumerable.Range(0, leadCount).Select(i => (Lead)(i % (int)Lead.Unknown))]);
        slots = new KvSlot[streams];
        for (int i = 0; i < streams; i++)
        {
            if (!model.TryOpen(leadCount, out slots[i]))
            {
                throw new InvalidDataException($"There is room for {i} streams only.");
            }
        }

        patches = [.. Enumerable.Range(0, Patterns).Select(seed => Pattern(seed, leadCount))];
        plan = new StepPlan(Math.Min(streams, model.Info.MaxRows), model.Info.MaxTokens);
        scores = new StepScores(plan.MaxRows, plan.MaxTokens);
    }

    /// <summary>Durations of the steps, seconds.</summary>
    public List<double> Steps { get; } = [];

    public void Second(int second)
    {
        plan.Clear();
        for (int i = 0; i < slots.Length; i++)
        {
            PatchSecond patch = patches[(i + second) % Patterns];
            patch.Second = second;
            if (!plan.TryAdd(slots[i], leads, patch))
            {
                Step();
                plan.TryAdd(slots[i], leads, patch);
            }
        }

        Step();
    }

    private void Step()
    {
        long start = Stopwatch.GetTimestamp();
        model.Step(plan, scores);
        Steps.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        plan.Clear();
    }

    private static PatchSecond Pattern(int seed, int leadCount)
    {
        Random random = new(seed);
        PatchSecond patch = new(leadCount) { Present = (1u << leadCount) - 1 };
        for (int i = 0; i < patch.Samples.Length; i++)
        {
            patch.Samples[i] = random.NextSingle() - 0.5f;
        }

        return patch;
    }
}
