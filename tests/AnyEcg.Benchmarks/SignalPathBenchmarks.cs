using AnyEcg.Signal;
using BenchmarkDotNet.Attributes;

namespace AnyEcg.Benchmarks;

/// <summary>One second of one lead from frame to patch: aligner, lead-off, resampler, filters, QRS detector, patcher.</summary>
[MemoryDiagnoser]
public class SignalPathBenchmarks : IPatchSink
{
    private readonly EcgFrame frame = new();
    private readonly PatchSecond reused = new(1);
    private StreamSignal signal = null!;

    [Params(125, 250, 300, 360, 500, 1000)]
    public int SampleRateHz { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        signal = new StreamSignal(
            new StreamFormat { SampleRateHz = SampleRateHz, Leads = new LeadSet(Lead.II), MicrovoltsPerLsb = [5], Baseline = [0] },
            new StreamSignalOptions());
        frame.Resize(1, SampleRateHz);
        Random random = new(1);
        foreach (ref float sample in frame.Samples)
        {
            sample = random.Next(-200, 200);
        }
    }

    [Benchmark]
    public FrameOutcome OneSecond()
    {
        FrameOutcome outcome = signal.Push(frame, this);
        frame.FirstSample += SampleRateHz;
        return outcome;
    }

    public PatchSecond Rent(int leadCount)
    {
        reused.Qrs.Clear();
        return reused;
    }

    public void Emit(PatchSecond second)
    {
        // The one second is used again.
    }
}
