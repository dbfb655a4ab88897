using System.Buffers;
using AnyEcg.Protocol;
using AnyEcg.Signal;
using BenchmarkDotNet.Attributes;

namespace AnyEcg.Benchmarks;

/// <summary>Decoding one native frame of one second of one lead at 250 Hz.</summary>
[MemoryDiagnoser]
public class FrameCodecBenchmarks
{
    private readonly EcgFrame decoded = new();
    private byte[] payload = [];

    [Params(FrameCodec.Int16, FrameCodec.Int24, FrameCodec.Float32, FrameCodec.DeltaVarint)]
    public FrameCodec Codec { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        EcgFrame frame = new() { Epoch = 1 };
        frame.Resize(1, 250);
        Random random = new(1);
        foreach (ref float sample in frame.Samples)
        {
            sample = random.Next(-200, 200);
        }

        ArrayBufferWriter<byte> output = new();
        NativeFrameCodec.Encode(frame, Codec, output);
        payload = output.WrittenSpan.ToArray();
    }

    [Benchmark]
    public FrameRejection Decode() => NativeFrameCodec.Decode(payload, decoded);
}
