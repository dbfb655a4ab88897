using AnyEcg.Engine;
using AnyEcg.Signal;
using BenchmarkDotNet.Attributes;

namespace AnyEcg.Benchmarks;

/// <summary>One second of one lead through single stages between the aligned frame and the judged second, at the rate of a device.</summary>
[MemoryDiagnoser]
public class SampleStageBenchmarks : IAlignedSink
{
    private readonly EcgFrame frame = new();
    private SampleMarks[] marks = [], outputMarks = [];
    private float[] output = [];
    private FrameAligner aligner = null!;
    private Resampler resampler = null!;
    private LeadPath path = null!;

    [Params(125, 250, 256, 360, 500, 1000)]
    public int SampleRateHz { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        StreamFormat format = BenchmarkSeconds.Format(SampleRateHz);
        PolyphaseDesign design = PolyphaseDesign.For(SampleRateHz);
        (aligner, resampler, path) = (new FrameAligner(format, new AlignerOptions()), new Resampler(design), new LeadPath(format, design, 0));
        path.Restart(0);
        BenchmarkSeconds.Fill(frame, SampleRateHz);
        (marks, output) = (new SampleMarks[SampleRateHz], new float[resampler.MaxOutputs(SampleRateHz)]);
        outputMarks = new SampleMarks[output.Length];
    }

    [Benchmark]
    public FrameOutcome Align()
    {
        FrameOutcome outcome = aligner.Push(frame, this);
        frame.FirstSample += SampleRateHz;
        return outcome;
    }

    [Benchmark]
    public int Resample() => resampler.Push(frame.LeadSamples(0), marks, output, outputMarks);

    /// <summary>Lead-off, resampling, high-pass, low-pass, notch, clip.</summary>
    [Benchmark]
    public int WholeLeadPath()
    {
        int outputs = 0;
        for (int at = 0; at < SampleRateHz; at += LeadPath.BlockSamples)
            outputs += path.Push(frame.LeadSamples(0).Slice(at, Math.Min(LeadPath.BlockSamples, SampleRateHz - at)), false);
        return outputs;
    }

    void IAlignedSink.EpochStarted(uint epoch, long firstSample)
    {
        // Alignment alone.
    }

    void IAlignedSink.Gap(long firstSample, long count)
    {
        // There is none.
    }

    void IAlignedSink.Samples(in AlignedBlock block)
    {
        // Alignment alone.
    }
}

/// <summary>What is done once a second at 300 Hz, and for each candidate of a beat.</summary>
[MemoryDiagnoser]
public class SecondStageBenchmarks
{
    private readonly float[] values = new float[ContextFeatures.Count], rows = new float[BeatFeatures.Count], features = new float[PatchSecond.PatchSamples];
    private readonly ContextExtractor context = new(1);
    private readonly BeatTracker tracker = new(1);
    private readonly QrsDetector detector = new(0);
    private readonly List<QrsDetection> found = new(16);
    private List<PatchSecond> seconds = [];
    private BeatJudge judge = null!;
    private long second;

    [GlobalSetup]
    public void Setup()
    {
        seconds = BenchmarkSeconds.Take(120);
        judge = BenchmarkSeconds.Judge();
        for (int i = 0; i < 120; i++)
        {
            Context();
            Qrs();
            Beats();
        }
    }

    [Benchmark]
    public int Qrs()
    {
        found.Clear();
        detector.Push(Next().Lead(0), second * PatchSecond.PatchSamples, features, found);
        return found.Count;
    }

    [Benchmark]
    public float Context()
    {
        context.Observe(Next(), values);
        return values[0];
    }

    /// <summary>One candidate described and admitted.</summary>
    [Benchmark]
    public int Beats()
    {
        PatchSecond now = Next();
        tracker.Take(now);
        int leads = tracker.Describe(new BeatCandidate((second * PatchSecond.PatchSamples) + 120, 0.9f), rows);
        tracker.Admit();
        return leads;
    }

    /// <summary>One candidate judged and named.</summary>
    [Benchmark]
    public float Judging() => judge.Chance(rows, 1) + (int)judge.ClassOf(rows, 1);

    private PatchSecond Next()
    {
        PatchSecond next = seconds[(int)(++second % seconds.Count)];
        next.Second = second;
        return next;
    }
}

/// <summary>Made up beats, and a judge of the released one's size.</summary>
internal static class BenchmarkSeconds
{
    private const int Members = 5, Hidden = 32, Inner = 16;

    public static StreamFormat Format(int rateHz) =>
        new() { SampleRateHz = rateHz, Leads = new LeadSet(Lead.II), MicrovoltsPerLsb = [5], Baseline = [0], Mains = MainsFrequency.Hz50 };

    /// <summary>A second with a beat and noise of a few codes.</summary>
    public static void Fill(EcgFrame frame, int rateHz)
    {
        Random random = new(1);
        frame.Resize(1, rateHz);
        for (int i = 0; i < rateHz; i++)
            frame.Samples[i] = (float)Math.Round(200 * Math.Exp(-Math.Pow(((double)i / rateHz - 0.4) / 0.015, 2))) + random.Next(-4, 5);
    }

    /// <summary>So many seconds as the signal path gives them.</summary>
    public static List<PatchSecond> Take(int count)
    {
        Collected seconds = new();
        StreamSignal signal = new(Format(300), new StreamSignalOptions());
        EcgFrame frame = new();
        Fill(frame, 300);
        for (; seconds.All.Count < count; frame.FirstSample += 300)
            signal.Push(frame, seconds);
        return seconds.All;
    }

    public static BeatJudge Judge()
    {
        Random random = new(2);
        return new BeatJudge([.. Enumerable.Range(0, Members).Select(_ => Member(2))], [.. Enumerable.Range(0, Members).Select(_ => Member(BeatJudge.Classes))]);

        Perceptron Member(int outputs) => new(Layer(BeatFeatures.Count, Hidden), Layer(Hidden, Inner), Layer(Inner, outputs + 1));

        DenseLayer Layer(int inputs, int outputs) => new(Values(inputs * outputs), Values(outputs));

        float[] Values(int length) => [.. Enumerable.Range(0, length).Select(_ => random.NextSingle() - 0.5f)];
    }

    private sealed class Collected : IPatchSink
    {
        public List<PatchSecond> All { get; } = [];

        public PatchSecond Rent(int leadCount) => new(leadCount);

        public void Emit(PatchSecond second) => All.Add(second);
    }
}
