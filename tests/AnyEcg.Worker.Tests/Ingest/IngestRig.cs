using System.Text;
using AnyEcg.Mqtt;
using Microsoft.Extensions.Logging.Abstractions;

namespace AnyEcg.Worker.Tests;

/// <summary>The ingest between a made-up connection and a made-up engine.</summary>
internal sealed class IngestRig
{
    public const string Frame = "ecg/v1/ward/bed-1/frame", Meta = "ecg/v1/ward/bed-1/meta", Status = "ecg/v1/ward/bed-1/status";

    private long sequence;

    /// <param name="options">Of the ingest; small ones if null.</param>
    /// <param name="door">What stands behind the ingest, given its acknowledgements; <see cref="Engine"/> if null.</param>
    public IngestRig(IngestOptions? options = null, Func<AckDesk, IEngineDoor>? door = null)
    {
        options ??= new IngestOptions { MaxStreams = 10, HoldFramesPerStream = 3, HoldFrames = 5, HoldSeconds = 10 };
        Limits = new IngestLimits(options, Clock);
        Hold = new DescriptorHold(options);
        Acks = new AckDesk(100, Limits.Queue);
        Acks.Attach(Connection);
        Engine.Acks = Acks;
        IEngineDoor behind = door?.Invoke(Acks) ?? Engine;
        Directory = new StreamDirectory(Limits, behind);
        CommandMetrics metrics = new(new TestMeters());
        StoreHost store = new(Clock);
        AnswerDesk answers = new(metrics, NullLogger<AnswerDesk>.Instance);
        answers.Attach(Connection);
        StoreReads reads = new(store, NullLogger<StoreReads>.Instance);
        Desk = new CommandDesk(behind, Directory, Board, store, reads, metrics);
        Ingest = new FrameIngest(Directory, Hold, behind, Acks, Counters, Limits) { Commands = new CommandMessages(Desk, answers, Counters) };
    }

    public FakeConnection Connection { get; } = new();

    public FakeEngine Engine { get; } = new();

    public ManualClock Clock { get; } = new();

    public IngestCounters Counters { get; } = new();

    public DescriptorHold Hold { get; }

    public StreamDirectory Directory { get; }

    public AckDesk Acks { get; }

    public IngestLimits Limits { get; }

    public FrameIngest Ingest { get; }

    public CommandDesk Desk { get; }

    public StreamBoard Board { get; } = new(100);

    public long SubmittedFrames => Engine.Frames.Count();

    /// <summary>Delivers a request, QoS 1, with an address for its answer.</summary>
    public MqttReasonCode? Ask(string json, string? responseTopic = "anyecg/v1/_answer/test", bool retain = false, string topic = "anyecg/v1/ward/bed-1/cmd")
    {
        MqttAckToken token = new(1, sequence++);
        Ingest.OnMessage(new MqttInbound
        {
            Topic = topic,
            Payload = Encoding.UTF8.GetBytes(json),
            ResponseTopic = responseTopic,
            CorrelationData = [1, 2, 3],
            Qos = MqttQos.AtLeastOnce,
            Retain = retain,
            Ack = token,
        });
        return Connection.Acknowledged.TryGetValue(token, out MqttReasonCode reason) ? reason : null;
    }

    /// <summary>Delivers a QoS 1 message; returns the reason code of its acknowledgement, null while it is open.</summary>
    public MqttReasonCode? Deliver(string topic, ReadOnlySpan<byte> payload, string? contentType = null, params (string Name, string Value)[] properties)
    {
        MqttAckToken token = new(1, sequence++);
        Ingest.OnMessage(new MqttInbound
        {
            Topic = topic,
            Payload = payload,
            ContentType = contentType,
            Qos = MqttQos.AtLeastOnce,
            UserProperties = new MqttUserProperties([.. properties.SelectMany(p => PropertyBytes(p.Name, p.Value))]),
            Ack = token,
        });
        return Connection.Acknowledged.TryGetValue(token, out MqttReasonCode reason) ? reason : null;
    }

    public MqttReasonCode? Describe(int leads = 1) => Deliver(Meta, Wire.Descriptor(leads));

    public long Rejected(string kind, string reason) => Counters.Rejected.Where(r => r.Key == (kind, reason)).Sum(r => r.Value);

    /// <summary>Every frame received is in exactly one place.</summary>
    public void AssertConserved()
    {
        Assert.Equal(SubmittedFrames, Counters.FramesSubmitted);
        Assert.Equal(
            Counters.FramesReceived, Counters.RejectedOf("frame") + Counters.FramesDropped + Hold.Pending + Counters.FramesSubmitted);
    }

    /// <summary>A user property as MQTT 5 writes it: identifier 38, then two short UTF-8 strings.</summary>
    private static byte[] PropertyBytes(string name, string value)
        => [38, 0, (byte)name.Length, .. Encoding.UTF8.GetBytes(name), 0, (byte)value.Length, .. Encoding.UTF8.GetBytes(value)];
}
