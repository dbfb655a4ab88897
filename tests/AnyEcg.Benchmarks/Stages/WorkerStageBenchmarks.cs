using System.Buffers;
using AnyEcg.Alerts;
using AnyEcg.Protocol;
using AnyEcg.Signal;
using AnyEcg.Tool;
using AnyEcg.Worker;
using BenchmarkDotNet.Attributes;

namespace AnyEcg.Benchmarks;

/// <summary>What the worker does to a frame and to a summary beside the signal path: the journal's body, written and read again, and the document published.</summary>
[MemoryDiagnoser]
public class WorkerStageBenchmarks
{
    private readonly EcgFrame frame = new(), again = new();
    private readonly ArrayBufferWriter<byte> body = new(4096), document = new(4096);
    private readonly RhythmSummary summary = new()
    {
        Group = "ward",
        Stream = "bed-1",
        Epoch = 1,
        Second = 5,
        TimeNs = 1_772_366_400_000_000_000,
        Rhythm = RhythmClass.Sinus,
        RhythmScore = 0.9,
        HeartRate = 61.25,
        Quality = 1,
        Coverage = 1,
        AfBurden = 0.125,
        VentricularPerHour = 2.5,
        LongTerm = new LongTermFigures { AnalysedSeconds = 3600 },
    };

    [GlobalSetup]
    public void Setup()
    {
        BenchSignal signal = new(Path.Combine(Excerpts.Folder, "sinus_103"), 1);
        ArrayBufferWriter<byte> encoded = new();
        signal.Encode(0, encoded);
        NativeFrameCodec.Decode(encoded.WrittenSpan, frame);
        WriteJournal();
    }

    [Benchmark]
    public bool WriteJournal()
    {
        body.ResetWrittenCount();
        return FrameBody.TryWrite(frame, body);
    }

    [Benchmark]
    public int ReadJournal()
    {
        FrameBody.Read(body.WrittenSpan, 0, again);
        return again.SamplesPerLead;
    }

    [Benchmark]
    public int WriteSummary()
    {
        document.ResetWrittenCount();
        RhythmDocument.Write(summary, document);
        return document.WrittenCount;
    }
}
