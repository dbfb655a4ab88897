using AnyEcg.Mqtt;
using AnyEcg.Protocol;
using AnyEcg.Signal;

namespace AnyEcg.Worker.Tests;

public sealed class StreamDirectoryTests
{
    private readonly ManualClock clock = new();
    private readonly FakeEngine engine = new();
    private readonly IngestLimits limits;
    private readonly StreamDirectory directory;

    public StreamDirectoryTests()
    {
        limits = new IngestLimits(new IngestOptions { MaxStreams = 2 }, clock);
        directory = new StreamDirectory(limits, engine);
    }

    [Fact]
    public void Resolve_TopicsOfOneStream_LeadToOneStream()
    {
        TopicEntry frame = directory.Resolve("ecg/v1/ward/bed-1/frame", limits.Now(), out _)!;
        TopicEntry meta = directory.Resolve("ecg/v1/ward/bed-1/meta", limits.Now(), out _)!;

        Assert.Same(frame.Stream, meta.Stream);
        Assert.Equal((InputKind.Frame, InputKind.Meta), (frame.Kind, meta.Kind));
        Assert.Same(frame.Stream, directory.Find(new StreamKey("ward", "bed-1")));
        Assert.Equal(1, directory.Count);
    }

    [Fact]
    public void Resolve_OneStreamTooMany_SaysWhy()
    {
        directory.Resolve("ecg/v1/ward/bed-1/frame", limits.Now(), out _);
        directory.Resolve("ecg/v1/ward/bed-2/frame", limits.Now(), out _);

        Assert.Null(directory.Resolve("ecg/v1/ward/bed-3/frame", limits.Now(), out Refusal refusal));
        Assert.Equal(new Refusal("too-many-streams", MqttReasonCode.QuotaExceeded), refusal);
        Assert.NotNull(directory.Resolve("ecg/v1/ward/bed-2/meta", limits.Now(), out _));
    }

    [Fact]
    public void Forget_GivesThePlaceToAnother()
    {
        TopicEntry first = directory.Resolve("ecg/v1/ward/bed-1/frame", limits.Now(), out _)!;
        directory.Resolve("ecg/v1/ward/bed-2/frame", limits.Now(), out _);
        directory.Forget(first.Stream);

        Assert.NotNull(directory.Resolve("ecg/v1/ward/bed-3/frame", limits.Now(), out _));
        Assert.Null(directory.Find(new StreamKey("ward", "bed-1")));
    }

    [Fact]
    public void Forget_ThenTheSameTopicAgain_IsANewStream()
    {
        TopicEntry first = directory.Resolve("ecg/v1/ward/bed-1/frame", limits.Now(), out _)!;
        directory.Forget(first.Stream);
        Assert.NotSame(first.Stream, directory.Resolve("ecg/v1/ward/bed-1/frame", limits.Now(), out _)!.Stream);
    }

    [Fact]
    public void Ingest_FloodOfInventedNames_LeavesRoomForARealDevice()
    {
        IngestRig rig = new();
        for (int i = 0; i < 1000; i++)
        {
            rig.Deliver($"ecg/v1/ward/invented-{i}/frame", Wire.Frame(), Wire.Native);
            rig.Deliver($"ecg/v1/ward/invented-{i}/status", Wire.Status(DeviceState.Online));
        }

        Assert.Equal(MqttReasonCode.Success, rig.Describe());
        rig.Deliver(IngestRig.Frame, Wire.Frame(), Wire.Native);
        Assert.Equal(1, rig.SubmittedFrames);
        Assert.InRange(rig.Directory.Count, 1, 6);
        rig.AssertConserved();
    }
}
