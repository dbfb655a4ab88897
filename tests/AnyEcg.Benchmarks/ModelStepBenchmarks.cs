using AnyEcg.Engine;
using AnyEcg.Model;
using AnyEcg.Signal;
using BenchmarkDotNet.Attributes;

namespace AnyEcg.Benchmarks;

/// <summary>One step of the network (size S, random weights, rings full) for so many streams of one lead.</summary>
[MemoryDiagnoser]
public class ModelStepBenchmarks
{
    private const int WindowSeconds = 64;

    private static readonly NetworkConfig SizeS = new()
    {
        Dim = 128,
        Heads = 4,
        TokenizerLayers = 1,
        EncoderLayers = 3,
        Window = WindowSeconds,
        Channels = 16,
        Groups = 4,
        Codes = 1024,
        CodeDim = 32,
        MlpRatio = 4,
        RotaryBase = 1000,
        RowHidden = 96,
        ContextFeatures = ContextFeatures.Count,
        BeatChannels = 48,
        BeatContext = 16,
        BeatHidden = 32,
        ArrhythmiaClasses = 15,
    };

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
        runner = ModelLoader.CreateRandom(SizeS, 1, new CpuModelOptions { MaxSlots = Streams, MaxLeadSlots = Streams, MaxRows = Streams, MaxTokens = Streams });
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

        for (int k = 0; k < WindowSeconds; k++)
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
