using System.Text;
using AnyEcg.Mqtt;

namespace AnyEcg.Worker.Tests;

/// <summary>Each kind of bad input is refused with its own reason, and good frames of the same stream go on.</summary>
public sealed class BadInputTests
{
    private readonly IngestRig rig = new();

    public BadInputTests() => rig.Describe();

    [Fact]
    public void Frame_UnknownContentType_IsRejected() => AssertRejected("unknown-content-type", Wire.Frame(), "application/pdf");

    [Fact]
    public void Frame_NoContentTypeAnywhere_IsRejectedNotGuessed() => AssertRejected("unknown-content-type", Wire.Frame(), null);

    [Fact]
    public void Frame_WrongChecksum_IsRejected()
    {
        byte[] frame = Wire.Frame();
        frame[^1] ^= 1;
        AssertRejected("bad-crc", frame, Wire.Native);
    }

    [Fact]
    public void Frame_WrongLeadCount_IsRejected() => AssertRejected("lead-count-mismatch", Wire.Frame(leads: 2), Wire.Native);

    [Fact]
    public void Frame_NotANumber_IsRejected() => AssertRejected("not-finite", Wire.NotANumber(), Wire.Native);

    [Fact]
    public void Frame_EndlessLineOfJson_IsRejected()
    {
        byte[] line = new byte[4 << 20];
        line.AsSpan().Fill((byte)'1');
        "{\"samples\":[["u8.CopyTo(line);
        AssertRejected("too-large", line, Wire.Json);
    }

    [Fact]
    public void Frame_EndlessLineBelowTheLimit_IsRejected()
    {
        byte[] line = new byte[900_000];
        line.AsSpan().Fill((byte)'[');
        AssertRejected("bad-json", line, Wire.Json);
    }

    [Fact]
    public void Frame_Empty_IsRejected() => AssertRejected("bad-length", [], Wire.Native);

    [Fact]
    public void Descriptor_SampleRateZero_IsRejectedAndTheOldOneStays()
    {
        Assert.Equal(MqttReasonCode.PayloadFormatInvalid, rig.Deliver(IngestRig.Meta, Wire.Descriptor(rate: 0)));
        Assert.Equal(1, rig.Rejected("meta", "sample-rate"));
        AssertGoodFramePasses();
    }

    [Fact]
    public void Descriptor_NotJson_IsRejected()
    {
        Assert.Equal(MqttReasonCode.PayloadFormatInvalid, rig.Deliver(IngestRig.Meta, "hello"u8));
        Assert.Equal(1, rig.Rejected("meta", "bad-json"));
    }

    [Fact]
    public void Descriptor_EndlessLineOfJson_IsRejected()
    {
        Assert.Equal(MqttReasonCode.PayloadFormatInvalid, rig.Deliver(IngestRig.Meta, new byte[4 << 20]));
        Assert.Equal(1, rig.Rejected("meta", "too-large"));
    }

    [Theory]
    [InlineData("ecg/v1/+/bed-1/frame", "bad-character")]
    [InlineData("ecg/v1/ward/#/frame", "bad-character")]
    [InlineData("ecg/v1/_worker/bed-1/frame", "reserved-group")]
    [InlineData("ecg/v1/ward//frame", "empty-level")]
    [InlineData("ecg/v1/a/b/c/frame", "level-count")]
    [InlineData("ecg/v9/ward/bed-1/frame", "unknown-prefix")]
    public void Frame_OnWhatIsNoInputTopic_IsRejectedAndCountedAsReceived(string topic, string reason)
    {
        Assert.Equal(MqttReasonCode.TopicNameInvalid, rig.Deliver(topic, Wire.Frame(), Wire.Native));
        Assert.Equal(1, rig.Rejected("frame", reason));
        rig.AssertConserved();
        AssertGoodFramePasses();
    }

    [Fact]
    public void Message_OfUnknownKind_IsRejectedAsATopic()
    {
        Assert.Equal(MqttReasonCode.TopicNameInvalid, rig.Deliver("ecg/v1/ward/bed-1/frames", [], null));
        Assert.Equal(1, rig.Rejected("topic", "unknown-kind"));
        Assert.Equal(0, rig.Counters.FramesReceived);
    }

    [Fact]
    public void Message_OnAnEndlessTopic_IsRejected()
    {
        Assert.Equal(MqttReasonCode.TopicNameInvalid, rig.Deliver($"ecg/v1/{new string('a', 60_000)}/b/frame", Wire.Frame(), Wire.Native));
        Assert.Equal(1, rig.Rejected("frame", "level-too-long"));
    }

    [Fact]
    public void Status_OfUnknownState_IsRejected()
    {
        Assert.Equal(MqttReasonCode.PayloadFormatInvalid, rig.Deliver(IngestRig.Status, "{\"state\":\"asleep\"}"u8));
        Assert.Equal(1, rig.Rejected("status", "bad-field"));
    }

    [Fact]
    public void Mark_NotJson_IsRejected()
    {
        Assert.Equal(MqttReasonCode.PayloadFormatInvalid, rig.Deliver("ecg/v1/ward/bed-1/mark", "now"u8));
        Assert.Equal(1, rig.Rejected("mark", "bad-json"));
    }

    [Fact]
    public void Frame_NamingAnotherStream_IsRejected() =>
        AssertRejected("stream-mismatch", "{\"stream\":\"bed-2\",\"firstSample\":0,\"samples\":[[1]]}"u8.ToArray(), Wire.Json);

    [Theory]
    [InlineData("meta", "{\"group\":\"icu\",\"sampleRateHz\":250,\"leads\":[\"V1\"],\"microvoltsPerLsb\":5}")]
    [InlineData("status", "{\"stream\":\"bed-2\",\"state\":\"offline\"}")]
    [InlineData("mark", "{\"stream\":\"bed-2\"}")]
    public void Document_NamingAnotherStream_IsRejected(string kind, string json)
    {
        Assert.Equal(MqttReasonCode.PayloadFormatInvalid, rig.Deliver($"ecg/v1/ward/bed-1/{kind}", Encoding.UTF8.GetBytes(json)));
        Assert.Equal(1, rig.Rejected(kind, "stream-mismatch"));
        AssertGoodFramePasses();
    }

    [Fact]
    public void Command_ThatCannotBeRead_IsRefusedNotIgnored()
    {
        Assert.Equal(MqttReasonCode.PayloadFormatInvalid, rig.Deliver("anyecg/v1/ward/bed-1/cmd", "{}"u8));
        Assert.Equal(1, rig.Rejected("command", "unknown-command"));
    }

    private void AssertRejected(string reason, byte[] payload, string? contentType)
    {
        Assert.Equal(MqttReasonCode.PayloadFormatInvalid, rig.Deliver(IngestRig.Frame, payload, contentType));
        Assert.Equal(1, rig.Rejected("frame", reason));
        Assert.Equal(1, rig.Counters.FramesReceived);
        rig.AssertConserved();
        AssertGoodFramePasses();
    }

    private void AssertGoodFramePasses()
    {
        long before = rig.SubmittedFrames;
        rig.Deliver(IngestRig.Frame, Wire.Frame(), Wire.Native);
        Assert.Equal(before + 1, rig.SubmittedFrames);
    }
}
