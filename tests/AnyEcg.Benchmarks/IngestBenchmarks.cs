using System.Buffers;
using System.Text;
using AnyEcg.Engine;
using AnyEcg.Mqtt;
using AnyEcg.Protocol;
using AnyEcg.Signal;
using AnyEcg.Worker;
using BenchmarkDotNet.Attributes;

namespace AnyEcg.Benchmarks;

/// <summary>One frame (a second of one lead at 250 Hz) from a received message to the engine's door, and into the form that the journal keeps.</summary>
[MemoryDiagnoser]
public class IngestBenchmarks
{
    private const int Streams = 2000, Rate = 250;

    private readonly string[] topics = [.. Enumerable.Range(0, Streams).Select(i => $"ecg/v1/bench/stream-{i}/frame")];
    private readonly ArrayBufferWriter<byte> journal = new(4096);
    private readonly EcgFrame frame = new() { Epoch = 1 };
    private byte[] payload = [];
    private FrameIngest ingest = null!;
    private int next;

    /// <summary>What devices send.</summary>
    [Params(FrameCodec.Int16, FrameCodec.DeltaVarint)]
    public FrameCodec Codec { get; set; }

    /// <summary>Makes the ingest, its streams described.</summary>
    [GlobalSetup]
    public void Setup()
    {
        // Large steps now and then, as an ECG has them.
        frame.Resize(1, Rate);
        Random random = new(1);
        for (int i = 0; i < Rate; i++)
        {
            frame.Samples[i] = i % 50 < 3 ? random.Next(-400, 400) : random.Next(-20, 20);
        }

        ArrayBufferWriter<byte> output = new();
        NativeFrameCodec.Encode(frame, Codec, output);
        payload = output.WrittenSpan.ToArray();
        IngestOptions options = new()
        {
            Limits = new GroupLimits { MessagesPerSecond = 1e6, BytesPerSecond = 1e10, StreamFramesPerSecond = 1e5, StreamBytesPerSecond = 1e9 },
        };
        IngestLimits limits = new(options, TimeProvider.System);
        AckDesk acks = new(1000, limits.Queue);
        Door door = new(acks);
        ingest = new FrameIngest(new StreamDirectory(limits, door), new DescriptorHold(options), door, acks, new IngestCounters(), limits)
        {
            Commands = null!,
        };
        byte[] descriptor = Encoding.UTF8.GetBytes($$"""{"sampleRateHz":{{Rate}},"leads":[{"name":"II"}],"microvoltsPerLsb":5,"epoch":1}""");
        foreach (string topic in topics)
        {
            ingest.OnMessage(new MqttInbound { Topic = topic.Replace("/frame", "/meta", StringComparison.Ordinal), Payload = descriptor });
        }
    }

    /// <summary>The stream found, limits judged, the frame decoded, gated and handed over.</summary>
    [Benchmark]
    public void OnMessage()
    {
        ingest.OnMessage(new MqttInbound { Topic = topics[next], Payload = payload, ContentType = NativeFrameCodec.ContentType });
        next = next == Streams - 1 ? 0 : next + 1;
    }

    /// <summary>What the journal keeps of it.</summary>
    [Benchmark]
    public bool ForTheJournal()
    {
        journal.ResetWrittenCount();
        return FrameBody.TryWrite(frame, journal);
    }

    /// <summary>An engine that is done with every frame at once.</summary>
    private sealed class Door(AckDesk acks) : IEngineDoor
    {
        public bool TrySubmit(in EngineInput input)
        {
            if (input.Token is FrameTicket ticket)
            {
                acks.Return(ticket);
            }

            return true;
        }
    }
}
