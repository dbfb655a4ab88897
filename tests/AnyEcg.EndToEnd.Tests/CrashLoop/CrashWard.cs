using System.Buffers.Binary;
using System.Collections.Immutable;
using AnyEcg.Mqtt;
using AnyEcg.Protocol;
using AnyEcg.Signal;
using AnyEcg.Simulator;
using AnyEcg.Tool;

namespace AnyEcg.EndToEnd.Tests;

/// <summary>One message of a ward.</summary>
/// <param name="Stream">Whose, by its place in the ward.</param>
/// <param name="AtSeconds">When it is due, seconds of stream time.</param>
/// <param name="Message">Ready to be sent.</param>
internal sealed record WardMessage(int Stream, double AtSeconds, MqttMessage Message)
{
    public bool IsFrame => !Message.Retain;

    /// <summary>The key of a frame, as it stands in its native header.</summary>
    public (long Epoch, long FirstSample) Key =>
        (BinaryPrimitives.ReadUInt32LittleEndian(Message.Payload.Span[8..]), BinaryPrimitives.ReadInt64LittleEndian(Message.Payload.Span[16..]));
}

/// <summary>
/// All that the devices of a crash test send, made once, so that every run sends the same bytes: excerpts of real recordings, each
/// beginning again at its end as a new epoch, and drills of the model; some come with a part of their frames late. The devices' clocks are synchronised and show a time that is a
/// function of the sample alone; it lies half a millisecond beside whole ones, because the wire rounds down to milliseconds and the
/// worker's time of a sample is good to a microsecond.
/// </summary>
internal sealed class CrashWard
{
    /// <summary>Of all its streams; what the worker says of itself has another one.</summary>
    public const string Group = "crash";

    private static readonly TimeSpan HalfMillisecond = TimeSpan.FromMicroseconds(500);

    private CrashWard(ImmutableArray<StreamKey> keys, ImmutableArray<WardMessage> messages, double seconds) =>
        (Keys, Messages, Seconds) = (keys, messages, seconds);

    public ImmutableArray<StreamKey> Keys { get; }

    /// <summary>Descriptors and frames of all streams, in order of time.</summary>
    public ImmutableArray<WardMessage> Messages { get; }

    /// <summary>Length of each stream.</summary>
    public double Seconds { get; }

    /// <summary>The withdrawal of every descriptor: the streams are over.</summary>
    public IEnumerable<WardMessage> Goodbyes => Keys.Select((key, i) => new WardMessage(
        i, Seconds, new MqttMessage { Topic = DeviceTopics.Meta(key), Qos = MqttQos.AtLeastOnce, Retain = true }));

    /// <param name="streams">How many.</param>
    /// <param name="seconds">Length of each.</param>
    /// <param name="seed">Of the model's hearts.</param>
    public static CrashWard Of(int streams, double seconds, int seed)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        FixedClock clock = new(now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond)) - TimeSpan.FromSeconds(seconds + 3600) + HalfMillisecond);
        List<StreamKey> keys = [];
        List<WardMessage> messages = [];
        for (int i = 0; i < streams; i++)
        {
            keys.Add(new StreamKey(Group, $"bed-{i + 1:00}"));
            messages.AddRange(MessagesOf(i, Device(keys[i], i, seed), seconds, clock).Select(m => Disorderly(i, m)));
        }

        return new CrashWard([.. keys], [.. messages.OrderBy(m => m.AtSeconds)], seconds);
    }

    /// <summary>What is due in a span of time.</summary>
    public IEnumerable<WardMessage> Between(double from, double to) => Messages.Where(m => m.AtSeconds >= from && m.AtSeconds < to);

    private static IEnumerable<WardMessage> MessagesOf(int stream, SimulatedDeviceOptions options, double seconds, TimeProvider clock)
    {
        using SimulatedDevice device = new(options, clock);
        foreach (DeviceMessage message in device.Script().TakeWhile(m => m.AtSeconds <= seconds))
        {
            if (message.Kind is not (InputKind.Frame or InputKind.Meta))
                continue;
            yield return new WardMessage(stream, message.AtSeconds, new MqttMessage
            {
                Topic = message.Topic,
                Payload = message.Payload,
                ContentType = message.ContentType,
                Qos = MqttQos.AtLeastOnce,
                Retain = message.Retain,
            });
        }
    }

    /// <summary>
    /// Of ten devices one comes late with twelve seconds now and then, far beyond the reorder tolerance: they are judged apart. Another one
    /// sends every third frame right after the one that follows it, so that a kill may fall between the two.
    /// </summary>
    private static WardMessage Disorderly(int stream, WardMessage message) => (stream % 10, message) switch
    {
        (3, { IsFrame: true, AtSeconds: var at }) when at % 45 is >= 12 and < 24 => message with { AtSeconds = at + 16 },
        (6, { IsFrame: true, AtSeconds: var at }) when (int)at % 3 == 1 => message with { AtSeconds = at + 1.001 },
        _ => message,
    };

    private static SimulatedDeviceOptions Device(StreamKey key, int index, int seed)
    {
        IReadOnlyList<string> records = Excerpts.All();
        int source = index % (records.Count + Drills.Length);
        SimulatedDeviceOptions device = new()
        {
            Key = key,
            Speed = double.PositiveInfinity,
            Encoding = FrameEncoding.DeltaVarint,
            FirstEpoch = 1,
            Loop = true,
            Seed = unchecked(seed + index),

            // Streams of one source are not in step, so that a kill meets each in another place.
            PhaseSeconds = index % 10 * 0.1,
        };
        return source < records.Count
            ? device with { Record = records[source] }
            : device with { Synthetic = new SyntheticOptions { Programme = Drills[source - records.Count], Repeat = true } };
    }

    /// <summary>The graver alerts, of which few recordings have one.</summary>
    private static readonly ImmutableArray<RhythmSegment>[] Drills =
    [
        [Sinus(14, 70), new() { Rhythm = SyntheticRhythm.Asystole, Seconds = 9 }, Sinus(12, 64)],
        [Sinus(12, 75), new() { Rhythm = SyntheticRhythm.VentricularTachycardia, Seconds = 12, Rate = 180 }, Sinus(11, 80)],
        [Sinus(20, 66) with { VentricularEvery = 2 }, new() { Rhythm = SyntheticRhythm.VentricularFibrillation, Seconds = 10 }, Sinus(9, 72)],
    ];

    private static RhythmSegment Sinus(double seconds, double rate) => new() { Rhythm = SyntheticRhythm.Sinus, Seconds = seconds, Rate = rate };
}
