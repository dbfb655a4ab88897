using AnyEcg.Mqtt;
using AnyEcg.Signal;

namespace AnyEcg.Worker.Tests;

public sealed class DescriptorHoldTests
{
    private readonly IngestRig rig = new();

    [Fact]
    public void Frame_WithoutDescriptor_IsHeldAndHoldsNobodyElseUp()
    {
        Assert.Equal(MqttReasonCode.Success, Frame(0));
        Assert.Equal(1, rig.Hold.Pending);
        Assert.Empty(rig.Engine.Inputs);
        rig.AssertConserved();
    }

    [Fact]
    public void Descriptor_ThatComesLate_ReleasesTheFramesInOrder()
    {
        Frame(0);
        Frame(250);
        Frame(500);
        rig.Describe();

        Assert.Equal([0L, 250, 500], rig.Engine.Frames.Select(f => f.FirstSample));
        Assert.Equal(0, rig.Hold.Pending);
        rig.AssertConserved();
    }

    [Fact]
    public void Release_LeavesOtherStreamsAlone()
    {
        Frame(0);
        rig.Deliver("ecg/v1/ward/bed-2/frame", Wire.Frame(), Wire.Native);
        rig.Describe();

        Assert.Equal("bed-1", Assert.Single(rig.Engine.Inputs, i => i.Frame is not null).Key.Stream);
        Assert.Equal(1, rig.Hold.Pending);
    }

    [Fact]
    public void HeldFrame_KeepsTheTimeOfItsReceipt()
    {
        long received = rig.Clock.NowNs();
        Frame(0);
        rig.Clock.Advance(3);
        rig.Describe();
        Assert.Equal(received, rig.Engine.Frames.Single().ReceivedNs);
    }

    [Fact]
    public void HeldFrame_ThatIsBad_IsRejectedOnRelease()
    {
        Frame(0);
        rig.Describe(leads: 2);
        Assert.Equal(1, rig.Rejected("frame", "lead-count-mismatch"));
        rig.AssertConserved();
    }

    [Fact]
    public void HeldFrame_OverItsTime_IsRejected()
    {
        Frame(0);
        rig.Clock.Advance(5);
        Frame(250);
        rig.Clock.Advance(6);
        rig.Deliver("ecg/v1/ward/bed-2/mark", []);

        Assert.Equal(1, rig.Rejected("frame", "no-descriptor"));
        Assert.Equal(1, rig.Hold.Pending);
        rig.AssertConserved();
    }

    [Theory]
    [InlineData(-3600)]
    [InlineData(3600)]
    public void HeldFrame_WhileTheTimeOfDayIsSet_IsHeldAsLongAsEver(double by)
    {
        Frame(0);
        rig.Clock.Set(by);
        rig.Clock.Advance(9);
        rig.Deliver("ecg/v1/ward/bed-2/mark", []);
        Assert.Equal(1, rig.Hold.Pending);
        rig.Clock.Advance(2);
        rig.Deliver("ecg/v1/ward/bed-2/mark", []);
        Assert.Equal(0, rig.Hold.Pending);
        rig.AssertConserved();
    }

    [Fact]
    public void Hold_FullForOneStream_Rejects()
    {
        Frame(0);
        Frame(250);
        Frame(500);
        Assert.Equal(MqttReasonCode.QuotaExceeded, Frame(750));
        Assert.Equal(1, rig.Rejected("frame", "no-descriptor"));
        rig.AssertConserved();
    }

    [Fact]
    public void Hold_FullOverAllStreams_Rejects()
    {
        for (int stream = 0; stream < 5; stream++)
        {
            Assert.Equal(MqttReasonCode.Success, rig.Deliver($"ecg/v1/ward-{stream}/new/frame", Wire.Frame(), Wire.Native));
        }

        Assert.Equal(MqttReasonCode.QuotaExceeded, rig.Deliver("ecg/v1/ward-5/new/frame", Wire.Frame(), Wire.Native));
        Assert.Equal(5, rig.Hold.Pending);
        rig.AssertConserved();
    }

    [Fact]
    public void Hold_OfOneGroup_LeavesRoomForOthers()
    {
        for (int stream = 0; stream < 20; stream++)
        {
            rig.Deliver($"ecg/v1/ward/new-{stream}/frame", Wire.Frame(), Wire.Native);
        }

        Assert.Equal(MqttReasonCode.Success, rig.Deliver("ecg/v1/icu/new/frame", Wire.Frame(), Wire.Native));
        rig.AssertConserved();
    }

    [Fact]
    public void RejectHeld_AtTheEnd_LeavesNothingUncounted()
    {
        Frame(0);
        Frame(250);
        Assert.Equal(2, rig.Ingest.RejectHeld());
        Assert.Equal(2, rig.Rejected("frame", "no-descriptor"));
        rig.AssertConserved();
    }

    private MqttReasonCode? Frame(long first) => rig.Deliver(IngestRig.Frame, Wire.Frame(first), Wire.Native);
}
