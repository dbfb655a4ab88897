using System.Buffers;
using AnyEcg.Protocol;
using AnyEcg.Signal;
using AnyEcg.Tool;
using BenchmarkDotNet.Attributes;

namespace AnyEcg.Benchmarks;

/// <summary>The stages of the signal path alone, for each second of a real recording of one lead at 360 Hz, a minute of it over and over.</summary>
[MemoryDiagnoser]
public class SignalStageBenchmarks
{
    private const int Minute = 60, Rate = 360;

    private readonly EcgFrame[] frames = [.. Enumerable.Range(0, Minute).Select(_ => new EcgFrame())];
    private readonly List<PatchSecond> seconds = [];
    private readonly Resampler resampler = new(PolyphaseDesign.For(Rate));
    private readonly FilterChain filters = new(MainsFrequency.Hz50);
    private readonly QrsDetector detector = new(0);
    private readonly ContextExtractor context = new(1);
    private readonly SampleMarks[] marks = new SampleMarks[Rate], resampledMarks = new SampleMarks[Rate];
    private readonly float[] resampled = new float[Rate], filtered = new float[PatchSecond.PatchSamples], row = new float[ContextFeatures.Count];
    private readonly List<QrsDetection> found = new(16);
    private readonly Nothing sink = new();
    private FrameAligner aligner = null!;
    private long second;

    private EcgFrame Frame => frames[second % Minute];

    private PatchSecond Patch => seconds[(int)(second % seconds.Count)];

    [GlobalSetup]
    public void Setup()
    {
        BenchSignal signal = new(Path.Combine(Excerpts.Folder, "sinus_103"), 1);
        ArrayBufferWriter<byte> encoded = new();
        StreamSignal path = new(signal.Format, new StreamSignalOptions());
        Seconds all = new(seconds);
        for (int k = 0; k < Minute; k++)
        {
            encoded.ResetWrittenCount();
            signal.Encode(k, encoded);
            NativeFrameCodec.Decode(encoded.WrittenSpan, frames[k]);
            path.Push(frames[k], all);
        }

        aligner = new FrameAligner(signal.Format, new AlignerOptions());
    }

    [Benchmark]
    public FrameOutcome Align()
    {
        EcgFrame frame = Frame;
        frame.FirstSample = second++ * Rate;
        return aligner.Push(frame, sink);
    }

    [Benchmark]
    public int Resample()
    {
        second++;
        return resampler.Push(Frame.LeadSamples(0), marks, resampled, resampledMarks);
    }

    [Benchmark]
    public float Filter()
    {
        second++;
        Patch.Lead(0).CopyTo(filtered);
        filters.Run(filtered, resampledMarks.AsSpan(0, filtered.Length), 5);
        return filtered[0];
    }

    [Benchmark]
    public int DetectQrs()
    {
        found.Clear();
        detector.Push(Patch.Lead(0), second * PatchSecond.PatchSamples, found);
        second++;
        return found.Count;
    }

    [Benchmark]
    public float ExtractContext()
    {
        PatchSecond patch = Patch;
        patch.Second = second++;
        context.Observe(patch, row);
        return row[0];
    }

    private sealed class Seconds(List<PatchSecond> all) : IPatchSink
    {
        public PatchSecond Rent(int leadCount) => new(leadCount);

        public void Emit(PatchSecond second) => all.Add(second);
    }

    private sealed class Nothing : IAlignedSink
    {
        public void EpochStarted(uint epoch, long firstSample)
        {
            // Only the aligner is measured.
        }

        public void Samples(in AlignedBlock block)
        {
            // As above.
        }

        public void Gap(long firstSample, long count)
        {
            // As above.
        }
    }
}
