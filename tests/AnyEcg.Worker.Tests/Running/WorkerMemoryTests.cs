using System.Buffers;
using System.Globalization;
using AnyEcg.Alerts;
using AnyEcg.Engine;
using AnyEcg.Mqtt;
using AnyEcg.Protocol;
using AnyEcg.Signal;
using Microsoft.Extensions.Logging.Abstractions;

namespace AnyEcg.Worker.Tests;

/// <summary>The heap is one for all tests of the process: what measures it runs alone.</summary>
[CollectionDefinition(nameof(WorkerMemoryTests), DisableParallelization = true)]
public sealed class WorkerMemoryAlone;

/// <summary>
/// What the worker keeps of streams around its engine (ingest, limits, acknowledgements, results, page, counters): nothing that grows with time, and a
/// bounded number of bytes for each stream.
/// </summary>
[Collection(nameof(WorkerMemoryTests))]
public sealed class WorkerMemoryTests : IDisposable
{
    private const int Day = 86_400;
    private const int Samples = 100;

    private readonly ManualClock clock = new();
    private readonly AckDesk acks;
    private readonly IngestCounters counters = new();
    private readonly FrameIngest ingest;
    private readonly EngineOutput output;
    private readonly Outbox outbox = new(64);
    private readonly StreamBoard board = new(2000);
    private readonly PublishMetrics metrics = new(new TestMeters());
    private readonly ArrayBufferWriter<byte> wire = new(1024);
    private readonly EcgFrame frame = new() { Epoch = 1 };
    private long tokens;

    public WorkerMemoryTests()
    {
        IngestLimits limits = new(new IngestOptions { MaxStreams = 2000 }, clock);
        acks = new AckDesk(100, limits.Queue);
        acks.Attach(new Broker());
        StoreHost store = new(clock);
        output = new EngineOutput(outbox, board, acks, new EngineDoor(acks), new AlertContexts("model-1"), store);
        Engine engine = new(output);
        StreamDirectory directory = new(limits, engine);
        CommandMetrics commands = new(new TestMeters());
        StoreReads reads = new(store, NullLogger<StoreReads>.Instance);
        CommandDesk desk = new(engine, directory, board, store, reads, commands);
        ingest = new FrameIngest(directory, new DescriptorHold(new IngestOptions()), engine, acks, counters, limits)
        {
            Commands = new CommandMessages(desk, new AnswerDesk(commands, NullLogger<AnswerDesk>.Instance), counters),
        };
        frame.Resize(1, Samples);
    }

    [Fact]
    public void Worker_FourteenDaysOfAStream_StaysFlat()
    {
        Describe("bed-1");
        Live("bed-1", 0, Day / 24);
        long early = GC.GetTotalMemory(forceFullCollection: true);
        Live("bed-1", Day / 24, 14 * Day);
        long grown = GC.GetTotalMemory(forceFullCollection: true) - early;

        Assert.Equal(14 * Day, counters.FramesSubmitted);
        Assert.Equal(0, counters.FramesDropped + counters.RejectedOf("frame"));
        Assert.Empty(Assert.Single(board.Entries).Value.Open());
        Assert.True(grown < 256 << 10, $"grew by {grown} bytes");
    }

    [Fact]
    public void Worker_ManyStreams_KeepsSoManyBytesOfEach()
    {
        const int streams = 1000;
        string[] names = [.. Enumerable.Range(0, streams + 1).Select(i => string.Create(CultureInfo.InvariantCulture, $"bed-{i}"))];
        Describe(names[streams]);
        Live(names[streams], 0, 60);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        foreach (string name in names.Take(streams))
        {
            Describe(name);
            Live(name, 0, 20);
        }

        long each = (GC.GetTotalMemory(forceFullCollection: true) - before) / streams;
        Assert.Equal(streams + 1, board.Count);
        Assert.InRange(each, 1, 16_000);
    }

    public void Dispose() => outbox.Dispose();

    private void Describe(string stream) => Deliver($"ecg/v1/ward/{stream}/meta", Wire.Descriptor(rate: Samples));

    /// <summary>A second at a time: a frame in, its judgement out, a summary every five seconds, an alert every ten minutes.</summary>
    private void Live(string stream, long from, long to)
    {
        StreamKey key = new("ward", stream);
        string topic = DeviceTopics.Frame(key);
        PatchSecond patch = Transitions.Patch(0);
        for (long second = from; second < to; second++)
        {
            clock.Advance(1);
            frame.FirstSample = second * Samples;
            frame.Samples[0] = second % 100;
            wire.ResetWrittenCount();
            NativeFrameCodec.Encode(frame, FrameCodec.Int16, wire);
            Deliver(topic, wire.WrittenSpan);
            (patch.Second, patch.CompletedNs) = (second, clock.NowNs());
            output.Result(key, patch, null!);
            if (second % 5 == 4)
            {
                output.Rhythm(Transitions.Rhythm(stream));
            }

            if (second % 600 == 599)
            {
                output.Alert(Transitions.Alert(stream: stream, number: (int)second));
                output.Alert(Transitions.Alert(AlertPhase.End, stream, (int)second));
            }

            Publish();
        }
    }

    private void Publish()
    {
        while (outbox.TryTake(out OutboxItem item))
        {
            metrics.Published(item.Alert is null ? null : PublishedAlert.Of(item.Alert), clock.NowNs());
        }
    }

    private void Deliver(string topic, ReadOnlySpan<byte> payload) => ingest.OnMessage(new MqttInbound
    {
        Topic = topic,
        Payload = payload,
        ContentType = topic.EndsWith("frame", StringComparison.Ordinal) ? NativeFrameCodec.ContentType : null,
        Qos = MqttQos.AtLeastOnce,
        Ack = new MqttAckToken(1, tokens++),
    });

    /// <summary>Takes frames, and is done with them.</summary>
    private sealed class Engine(EngineOutput output) : IEngineDoor
    {
        public bool TrySubmit(in EngineInput input)
        {
            if (input.Kind == EngineInputKind.Frame)
            {
                output.FrameDone(input, FrameOutcome.Accepted);
            }

            return true;
        }
    }

    /// <summary>Takes everything and keeps nothing.</summary>
    private sealed class Broker : IMqttConnection
    {
        public event Action<MqttConnectionChange>? StateChanged
        {
            add { }
            remove { }
        }

        public MqttConnectionState State => MqttConnectionState.Connected;

        public bool IsSubscribed => true;

        public MqttCounters Counters { get; } = new();

        public Task Completion => Task.CompletedTask;

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task SubscribeAsync(IReadOnlyList<MqttSubscription> subscriptions, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task UnsubscribeAsync(IReadOnlyList<string> filters, CancellationToken cancellationToken) => Task.CompletedTask;

        public ValueTask PublishAsync(MqttMessage message, CancellationToken cancellationToken) => default;

        public void Acknowledge(MqttAckToken token, MqttReasonCode reasonCode = MqttReasonCode.Success)
        {
        }

        public Task StopAsync(bool keepSession, CancellationToken cancellationToken) => Task.CompletedTask;

        public ValueTask DisposeAsync() => default;
    }
}
