using AnyEcg.Engine;
using AnyEcg.Model;
using AnyEcg.Signal;
using BenchmarkDotNet.Attributes;

namespace AnyEcg.Benchmarks;

/// <summary>One step of the network (size S, random weights, rings full) for so many streams of one lead.</summary>
[MemoryDiagnoser]
public class ModelStepBenchmarks
{
    private readonly LeadSet leads = new(Lead.II);
    private readonly List<KvSlot> slots = [];
    private readonly PatchSecond second = new(1) { Present = 1 };
    private IModelRunner runner = null!;
    private StepPlan plan = null!;
    private StepScores scores = null!;

    [Params(1, 16, 64, 256, 512, 2048)]
    public int Streams { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        runner = ModelLoader.CreateRandom(ModelPresets.S, 1, new CpuModelOptions { MaxSlots = Streams, MaxLeadSlots = Streams, MaxRows = Streams, MaxTokens = Streams });
        plan = new StepPlan(Streams, Streams);
        scores = new StepScores(Streams, Streams);
        Random random = new(1);
        foreach (ref float sample in second.Samples.AsSpan())
        {
            sample = random.NextSingle() - 0.5f;
        }

        for (int i = 0; i < Streams; i++)
        {
            runner.TryOpen(1, out KvSlot slot);
            slots.Add(slot);
        }

        for (int k = 0; k < ModelPresets.S.Window; k++)
        {
            Step();
        }
    }

    [GlobalCleanup]
    public void Cleanup() => runner.Dispose();

    [Benchmark]
    public void Step()
    {
        plan.Clear();
        foreach (KvSlot slot in slots)
        {
            plan.TryAdd(slot, leads, second);
        }

        runner.Step(plan, scores);
        second.Second++;
    }
}
