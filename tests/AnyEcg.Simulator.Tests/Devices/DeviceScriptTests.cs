using AnyEcg.Protocol;
using AnyEcg.Signal;

namespace AnyEcg.Simulator.Tests;

public sealed class DeviceScriptTests
{
    private const long StartNs = 1_767_323_045_000_000_000;

    private static readonly FaultOptions Faulty = new() { Loss = 0.2, Duplicate = 0.2, Reorder = 0.2, JitterSeconds = 0.3 };

    [Fact]
    public void Messages_NoFaults_AreDescriptorOnlineFramesOffline()
    {
        using TestRecord record = new(samples: 1_000);
        List<DeviceMessage> messages = Play(record, Options(record));
        Assert.Equal(
            [InputKind.Meta, InputKind.Status, InputKind.Frame, InputKind.Frame, InputKind.Frame, InputKind.Frame, InputKind.Status],
            messages.Select(m => m.Kind));
        Assert.Equal([0, 0, 1, 2, 3, 4, 4], messages.Select(m => m.AtSeconds));
        Assert.Equal("ecg/v1/g/s/frame", messages[2].Topic);
        Assert.All(messages, m => Assert.Equal(m.Kind != InputKind.Frame, m.Retain));

        Assert.Equal(DescriptorRejection.None, DescriptorJson.TryParse(messages[0].Payload, out StreamDescriptor? descriptor));
        Assert.Equal((7u, ClockKind.None, NativeFrameCodec.ContentType), (descriptor!.Epoch, descriptor.Clock, descriptor.ContentType));
        Assert.Equal(DocumentRejection.None, DeviceStatus.TryParse(messages[^1].Payload, out DeviceStatus? last));
        Assert.Equal(DeviceState.Offline, last!.State);
    }

    [Theory]
    [InlineData(FrameEncoding.Int16)]
    [InlineData(FrameEncoding.Int24)]
    [InlineData(FrameEncoding.Float32)]
    [InlineData(FrameEncoding.DeltaVarint)]
    [InlineData(FrameEncoding.Json)]
    [InlineData(FrameEncoding.Cbor)]
    public void Messages_AnyEncoding_CarryTheSamplesOfTheRecord(FrameEncoding encoding)
    {
        using TestRecord record = new(samples: 1_000);
        EcgFrame frame = new();
        foreach (DeviceMessage message in Frames(Play(record, Options(record) with { Encoding = encoding })))
        {
            Assert.Equal(FrameRejection.None, FrameDecoder.Decode(message.ContentType, null, message.Payload.Span, frame));
            for (int lead = 0; lead < 2; lead++)
            {
                IEnumerable<float> expected = Enumerable.Range((int)frame.FirstSample, 250).Select(i => (float)TestRecord.Value(lead, i));
                Assert.Equal(expected, frame.LeadSamples(lead).ToArray());
            }
        }
    }

    [Fact]
    public void Messages_SameSeed_AreTheSameAndAnotherSeedIsNot()
    {
        using TestRecord record = new(samples: 25_000);
        SimulatedDeviceOptions options = Options(record) with { Faults = Faulty };
        string first = Text(Play(record, options));
        Assert.Equal(first, Text(Play(record, options)));
        Assert.NotEqual(first, Text(Play(record, options with { Seed = 2 })));
    }

    [Fact]
    public void Messages_Faulty_HaveTheSharesAskedFor()
    {
        using TestRecord record = new(samples: 50_000);
        List<DeviceMessage> frames = Frames(Play(record, Options(record) with { Faults = Faulty, FrameSeconds = 0.1 }));
        int planned = frames.Count(m => m.Fate != FrameFate.Duplicate);
        Assert.Equal(2_000, planned);
        Assert.InRange(frames.Count(m => m.Fate == FrameFate.Lost) / 2_000.0, 0.17, 0.23);
        Assert.InRange(frames.Count(m => m.Fate == FrameFate.Duplicate) / 2_000.0, 0.1, 0.2);
        Assert.All(frames.Zip(frames.Skip(1)), pair => Assert.True(pair.First.AtSeconds <= pair.Second.AtSeconds));
        Assert.All(frames.Where(m => m.Fate == FrameFate.Lost), m => Assert.True(m.Payload.IsEmpty));
    }

    [Fact]
    public void Messages_Reordered_SwapNeighboursAndKeepAll()
    {
        using TestRecord record = new(samples: 25_000);
        List<long> firsts = Firsts(Play(record, Options(record) with { Faults = new FaultOptions { Reorder = 0.3 } }));
        Assert.Equal(Enumerable.Range(0, 100).Select(i => 250L * i), firsts.Order());
        int swapped = 0;
        for (int i = 0; i < firsts.Count; i++)
        {
            swapped += firsts[i] == 250 * i ? 0 : 1;
            Assert.InRange(firsts[i] / 250, i - 1, i + 1);
        }

        Assert.InRange(swapped, 20, 60);
    }

    [Fact]
    public void Messages_AllLateOrAllLost_AreStillCounted()
    {
        using TestRecord record = new(samples: 1_250);
        Assert.Equal(5, Firsts(Play(record, Options(record) with { Faults = new FaultOptions { Reorder = 1 } })).Count);
        Assert.Equal(5, Frames(Play(record, Options(record) with { Faults = new FaultOptions { Loss = 1, Duplicate = 1 } })).Count(m => m.Fate == FrameFate.Lost));
    }

    [Fact]
    public void Messages_Looping_RaiseTheEpochAndGoOnInTime()
    {
        using TestRecord record = new(samples: 500);
        SimulatedDeviceOptions options = Options(record) with { Loop = true, Clock = DeviceClock.Current, PhaseSeconds = 0.5 };
        List<DeviceMessage> messages = Play(record, options, take: 12);
        Assert.Equal([0.5, 0.5, 1.5, 2.5, 2.5, 2.5, 3.5, 4.5, 4.5, 4.5, 5.5, 6.5], messages.Select(m => m.AtSeconds));
        EcgFrame frame = new();
        List<(uint, long)> seen = [];
        foreach (DeviceMessage message in Frames(messages))
        {
            NativeFrameCodec.Decode(message.Payload.Span, frame);
            seen.Add((frame.Epoch, (frame.DeviceTimeNs - StartNs) / 1_000_000));
        }

        Assert.Equal([(7u, 500), (7u, 1500), (8u, 2500), (8u, 3500), (9u, 4500), (9u, 5500)], seen);
    }

    [Fact]
    public void Messages_OriginalClock_StampTheRecordingsTimeOrNone()
    {
        using TestRecord dated = new(samples: 250, recorded: "12:30:00 02/01/2026"), undated = new(samples: 250);
        EcgFrame frame = new();
        NativeFrameCodec.Decode(Frames(Play(dated, Options(dated) with { Clock = DeviceClock.Original }))[0].Payload.Span, frame);
        Assert.Equal(IsoTime.FromInstant(new DateTimeOffset(2026, 1, 2, 12, 30, 0, TimeSpan.Zero)), frame.DeviceTimeNs);
        NativeFrameCodec.Decode(Frames(Play(undated, Options(undated) with { Clock = DeviceClock.Original }))[0].Payload.Span, frame);
        Assert.Equal(DeviceTimeMark.None, frame.DeviceTimeMark);
    }

    [Fact]
    public void Messages_NoFirstEpoch_TakeTheSecondOfTheStart()
    {
        using TestRecord record = new(samples: 250);
        EcgFrame frame = new();
        NativeFrameCodec.Decode(Frames(Play(record, Options(record) with { FirstEpoch = null }))[0].Payload.Span, frame);
        Assert.Equal(1_767_323_045u, frame.Epoch);
    }

    internal static SimulatedDeviceOptions Options(TestRecord record) => new()
    {
        Key = new StreamKey("g", "s"),
        Record = record.Path,
        Clock = DeviceClock.None,
        FirstEpoch = 7,
    };

    private static List<DeviceMessage> Play(TestRecord record, SimulatedDeviceOptions options, int take = int.MaxValue)
    {
        using FrameSource source = FrameSource.Open(record.Path, new FrameSourceOptions
        {
            FrameSeconds = options.FrameSeconds,
            ContentType = options.Encoding.ContentType(),
        });
        return [.. new DeviceScript(source, SignalFaults.For(source, options.DeviceFaults, options.Seed, new RecordingShelf()), options, StartNs).Messages().Take(take)];
    }

    private static List<DeviceMessage> Frames(List<DeviceMessage> messages) => [.. messages.Where(m => m.Kind == InputKind.Frame)];

    private static List<long> Firsts(List<DeviceMessage> messages)
    {
        EcgFrame frame = new();
        return [.. Frames(messages).Select(m => NativeFrameCodec.Decode(m.Payload.Span, frame) == FrameRejection.None ? frame.FirstSample : -1)];
    }

    private static string Text(List<DeviceMessage> messages)
        => string.Join('\n', messages.Select(m => $"{m.Topic} {m.AtSeconds:R} {m.Fate} {Convert.ToHexString(m.Payload.Span)}"));
}
