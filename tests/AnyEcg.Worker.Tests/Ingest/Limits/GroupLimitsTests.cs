using AnyEcg.Engine;
using AnyEcg.Mqtt;
using AnyEcg.Protocol;

namespace AnyEcg.Worker.Tests;

/// <summary>Each limit refuses with its own reason, says 0x97, spares other streams and groups, and loses no frame from the books.</summary>
public sealed class GroupLimitsTests
{
    [Fact]
    public void StreamFrames_AboveTheRate_AreRefusedUntilTimeHasPassed()
    {
        IngestRig rig = Rig(new GroupLimits { StreamFramesPerSecond = 2, BurstSeconds = 5 });
        Assert.Equal(10, Flood(rig, "ward/bed-1", 25));
        Assert.Equal(15, rig.Rejected("frame", "stream-frame-rate"));
        Assert.Equal(5, Flood(rig, "ward/bed-2", 5));
        rig.Clock.Advance(3);
        Assert.Equal(6, Flood(rig, "ward/bed-1", 25));
        rig.AssertConserved();
    }

    [Fact]
    public void StreamBytes_AboveTheRate_AreRefused()
    {
        int size = Wire.Frame().Length;
        IngestRig rig = Rig(new GroupLimits { StreamBytesPerSecond = size, BurstSeconds = 10_000 });
        Assert.Equal(10_000, Flood(rig, "ward/bed-1", 10_010));
        Assert.Equal(10, rig.Rejected("frame", "stream-byte-rate"));
        rig.AssertConserved();
    }

    [Fact]
    public void GroupMessages_AboveTheRate_SpareOtherGroups()
    {
        IngestRig rig = Rig(new GroupLimits { MessagesPerSecond = 1, BurstSeconds = 8 });
        int taken = Flood(rig, "ward/bed-1", 10) + Flood(rig, "ward/bed-2", 10);
        Assert.Equal(7, taken);
        Assert.Equal(13, rig.Rejected("frame", "group-message-rate"));
        Assert.Equal(5, Flood(rig, "icu/bed-1", 5));
        rig.AssertConserved();
    }

    [Fact]
    public void GroupBytes_AboveTheRate_AreRefused()
    {
        IngestRig rig = Rig(new GroupLimits { BytesPerSecond = 1000, BurstSeconds = 1000 });
        int taken = Flood(rig, "ward/bed-1", 3000);
        Assert.InRange(taken, 1_000_000 / Wire.Frame().Length - 2, 1_000_000 / Wire.Frame().Length);
        Assert.Equal(3000 - taken, rig.Rejected("frame", "group-byte-rate"));
    }

    [Theory]
    [InlineData("mark", "")]
    [InlineData("status", "{\"state\":\"offline\"}")]
    [InlineData("meta", "{\"sampleRateHz\":250,\"leads\":[\"V1\"],\"microvoltsPerLsb\":5}")]
    public void Notes_Flooding_AreRefusedAndFramesGoOn(string kind, string payload)
    {
        IngestRig rig = Rig(new GroupLimits { StreamNotesPerSecond = 1, StreamNotesBurst = 10 });
        rig.Describe();
        for (int i = 0; i < 1000; i++)
        {
            rig.Deliver($"ecg/v1/ward/bed-1/{kind}", System.Text.Encoding.UTF8.GetBytes(payload));
        }

        Assert.Equal(991, rig.Rejected(kind, "stream-note-rate"));
        Assert.InRange(rig.Engine.Inputs.Count, 0, 10);
        rig.Deliver(IngestRig.Frame, Wire.Frame(), Wire.Native);
        Assert.Equal(1, rig.SubmittedFrames);
    }

    [Fact]
    public void Payload_AboveTheGroupsLimit_IsRefused()
    {
        IngestRig rig = Rig(new GroupLimits { MaxPayloadBytes = 500 });
        rig.Describe();
        Assert.Equal(MqttReasonCode.PayloadFormatInvalid, rig.Deliver(IngestRig.Frame, Wire.Frame(), Wire.Native));
        Assert.Equal(1, rig.Rejected("frame", "too-large"));
        rig.AssertConserved();
    }

    [Fact]
    public void Streams_AboveTheGroupsNumber_AreRefusedAndOtherGroupsAreNot()
    {
        IngestRig rig = Rig(new GroupLimits { MaxStreams = 3 });
        for (int i = 0; i < 10; i++)
        {
            MqttReasonCode expected = i < 3 ? MqttReasonCode.Success : MqttReasonCode.QuotaExceeded;
            Assert.Equal(expected, rig.Deliver($"ecg/v1/ward/bed-{i}/meta", Wire.Descriptor()));
        }

        Assert.Equal(7, rig.Rejected("topic", "group-streams"));
        Assert.Equal(MqttReasonCode.Success, rig.Deliver("ecg/v1/icu/bed-1/meta", Wire.Descriptor()));
    }

    [Fact]
    public void Streams_SilentForADay_GiveTheirPlaceToNewOnes()
    {
        IngestRig rig = Rig(new GroupLimits { MaxStreams = 2 });
        rig.Deliver("ecg/v1/ward/old/meta", Wire.Descriptor());
        rig.Clock.Advance(3600);
        rig.Deliver("ecg/v1/ward/young/meta", Wire.Descriptor());
        Assert.Equal(MqttReasonCode.QuotaExceeded, rig.Deliver("ecg/v1/ward/new/meta", Wire.Descriptor()));
        rig.Clock.Advance(86_400 - 3600);
        Assert.Equal(MqttReasonCode.Success, rig.Deliver("ecg/v1/ward/new/meta", Wire.Descriptor()));
        EngineInput close = Assert.Single(rig.Engine.Inputs, i => i.Kind == EngineInputKind.Close);
        Assert.Equal("old", close.Key.Stream);
        Assert.NotNull(rig.Directory.Find(new Signal.StreamKey("ward", "young")));
    }

    [Fact]
    public void Streams_OneGroupInventsNamesWithoutEnd_AnotherStillFindsItsIdlePlace()
    {
        IngestRig rig = Rig(new GroupLimits { MaxStreams = 1 });
        rig.Deliver("ecg/v1/ward/old/meta", Wire.Descriptor());
        rig.Clock.Advance(86_400);
        rig.Deliver("ecg/v1/icu/busy/meta", Wire.Descriptor());
        Assert.Equal(MqttReasonCode.QuotaExceeded, rig.Deliver("ecg/v1/icu/invented/meta", Wire.Descriptor()));
        Assert.Equal(MqttReasonCode.Success, rig.Deliver("ecg/v1/ward/new/meta", Wire.Descriptor()));
    }

    [Fact]
    public void Groups_Invented_AreForgotten()
    {
        IngestRig rig = new();
        for (int i = 0; i < 3 * IngestLimits.MaxGroups; i++)
        {
            rig.Deliver($"ecg/v1/group-{i}/x/status", Wire.Status(DeviceState.Online));
        }

        Assert.Equal(0, rig.Directory.Count);
        Assert.Equal(MqttReasonCode.Success, rig.Describe());
        Assert.Empty(rig.Engine.Inputs);
    }

    [Fact]
    public void Queue_FilledByOneGroup_HasRoomForTheNext()
    {
        IngestRig rig = new(new IngestOptions { QueueFrames = 100 });
        Assert.Equal(50, Flood(rig, "ward/bed-1", 200));
        Assert.Equal(150, rig.Rejected("frame", "group-queue"));
        Assert.Equal(25, Flood(rig, "icu/bed-1", 200));
        rig.AssertConserved();

        foreach (EngineInput input in rig.Engine.Inputs.Where(i => i.Token is FrameTicket).ToArray())
        {
            rig.Acks.Return((FrameTicket)input.Token!);
        }

        Assert.Equal(0, rig.Limits.Queue.Queued);
        Assert.Equal(50, Flood(rig, "ward/bed-1", 60));
    }

    /// <summary>The queue is bounded in memory, too: 100 places of 16,384 samples, of which one group gets half, and a frame of 320,000 takes 20.</summary>
    [Fact]
    public void Queue_OfTheLargestFrames_HoldsFewOfThemAndTheirMemoryIsNotKept()
    {
        IngestRig rig = new(new IngestOptions { QueueFrames = 100 });
        rig.Deliver(IngestRig.Meta, Wire.Descriptor(leads: 16));
        for (int i = 0; i < 10; i++)
        {
            rig.Deliver(IngestRig.Frame, Wire.Frame(i * 20_000, leads: 16, samples: 20_000), Wire.Native);
        }

        FrameTicket[] tickets = [.. rig.Engine.Inputs.Select(i => i.Token).OfType<FrameTicket>()];
        Assert.Equal((2, 8), (tickets.Length, rig.Rejected("frame", "group-queue")));
        Array.ForEach(tickets, rig.Acks.Return);
        Assert.Equal(0, rig.Limits.Queue.Queued);
        Assert.Equal(0, rig.Acks.Rent().Frame.Capacity);
        rig.AssertConserved();
    }

    [Theory]
    [InlineData("icu-3", 1)]
    [InlineData("icu-special", 7)]
    [InlineData("ward", 4)]
    public void GroupLimits_OfSeveralPatterns_TheClosestHolds(string group, int streams)
    {
        IngestOptions options = new() { Limits = new GroupLimits { MaxStreams = 4 } };
        options.GroupLimits["*"] = new GroupLimits();
        options.GroupLimits["icu-*"] = new GroupLimits { MaxStreams = 1 };
        options.GroupLimits["icu-special"] = new GroupLimits { MaxStreams = 7 };
        QuotaSizes sizes = new IngestLimits(options, new ManualClock()).Group(group)!.Sizes;
        Assert.Equal(streams, sizes.MaxStreams);
        Assert.Equal(QuotaSizes.Default.Messages, sizes.Messages);
    }

    [Fact]
    public void Faults_OutOfRange_NameTheSettingAndItsPattern()
    {
        IngestOptions options = new() { Limits = new GroupLimits { MaxStreams = 0, StreamBytesPerSecond = double.NaN } };
        options.GroupLimits["icu-*"] = new GroupLimits { BurstSeconds = -1 };
        string[] faults = [.. GroupLimitRules.Faults(options)];
        Assert.Equal(3, faults.Length);
        Assert.StartsWith("Ingest:GroupLimits:icu-*:BurstSeconds", faults[2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("frame")]
    [InlineData("mark")]
    public void Retained_FrameOrMark_IsOldAndRefused(string kind)
    {
        IngestRig rig = new();
        rig.Describe();
        rig.Ingest.OnMessage(new MqttInbound { Topic = $"ecg/v1/ward/bed-1/{kind}", Payload = Wire.Frame(), ContentType = Wire.Native, Retain = true });
        Assert.Equal(1, rig.Rejected(kind, "retained"));
        Assert.Empty(rig.Engine.Inputs);
        rig.AssertConserved();
    }

    private static IngestRig Rig(GroupLimits limits) => new(new IngestOptions { Limits = limits });

    /// <summary>Describes a stream and sends frames; returns how many went to the engine.</summary>
    private static int Flood(IngestRig rig, string stream, int frames)
    {
        if (!rig.Engine.Inputs.Any(i => i.Key.ToString() == stream))
        {
            rig.Deliver($"ecg/v1/{stream}/meta", Wire.Descriptor());
        }

        long before = rig.Counters.FramesSubmitted;
        for (int i = 0; i < frames; i++)
        {
            rig.Deliver($"ecg/v1/{stream}/frame", Wire.Frame(i * Wire.Rate), Wire.Native);
        }

        return (int)(rig.Counters.FramesSubmitted - before);
    }
}
