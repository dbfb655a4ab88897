using AnyEcg.Mqtt;

namespace AnyEcg.Worker.Tests;

/// <summary>One frame with a huge epoch or position must not make all later ones late.</summary>
public sealed class FrameGateTests
{
    private const uint Huge = uint.MaxValue;

    private readonly IngestRig rig = new();
    private long next;

    public FrameGateTests() => rig.Describe();

    [Fact]
    public void Frame_HugeEpochOnce_IsRefusedAndTheStreamGoesOn()
    {
        Send(5);
        Assert.Equal(MqttReasonCode.PayloadFormatInvalid, Deliver(Huge, next));
        Send(5);
        Assert.Equal(1, rig.Rejected("frame", "epoch-jump"));
        Assert.Equal(10, rig.SubmittedFrames);
        Assert.All(rig.Engine.Frames, f => Assert.Equal(1u, f.Epoch));
        rig.AssertConserved();
    }

    [Fact]
    public void Frame_HugeEpochAgainAndAgainBetweenGoodOnes_IsAlwaysRefused()
    {
        for (int i = 0; i < 10; i++)
        {
            Send(1);
            Deliver(Huge, i * Wire.Rate);
        }

        Assert.Equal(10, rig.Rejected("frame", "epoch-jump"));
        Assert.Equal(10, rig.SubmittedFrames);
    }

    [Fact]
    public void Frame_TheSameOddOneRepeated_ConfirmsNothing()
    {
        Send(1);
        for (int i = 0; i < 10; i++)
        {
            Deliver(Huge, 0);
        }

        Assert.Equal(1, rig.SubmittedFrames);
    }

    [Fact]
    public void Frame_ThreeInARowAgree_AreADeviceThatReallyCountsSo()
    {
        Send(1);
        Deliver(Huge, 0);
        Deliver(Huge, Wire.Rate);
        Assert.Null(Deliver(Huge, 2 * Wire.Rate));
        Assert.Null(Deliver(Huge, 3 * Wire.Rate));
        Assert.Equal(2, rig.Rejected("frame", "epoch-jump"));
        rig.AssertConserved();
    }

    [Fact]
    public void Frame_EpochThatTheDescriptorNames_IsBelievedAtOnce()
    {
        Send(1);
        rig.Deliver(IngestRig.Meta, Wire.Descriptor(epoch: Huge));
        Assert.Null(Deliver(Huge, 0));
    }

    [Fact]
    public void Frame_FirstOfAStreamWhoseDescriptorNamesAnEpoch_IsHeldToIt()
    {
        rig.Deliver(IngestRig.Meta, Wire.Descriptor(epoch: 7));
        Assert.Equal(MqttReasonCode.PayloadFormatInvalid, Deliver(Huge, 0));
        Assert.Null(Deliver(8, 0));
    }

    [Fact]
    public void Frame_EpochsThatAreTimes_Pass()
    {
        const uint start = 1_790_000_000;
        Assert.Null(Deliver(start, 0));
        Assert.Null(Deliver(start + 30 * 86_400, 0));
        Assert.Equal(0, rig.Counters.RejectedOf("frame"));
    }

    [Fact]
    public void Frame_FarAheadOnce_IsRefusedAndTheStreamGoesOn()
    {
        Send(3);
        Deliver(1, next + 20L * 86_400 * Wire.Rate);
        Send(3);
        Assert.Equal(1, rig.Rejected("frame", "position-jump"));
        Assert.Equal(6, rig.SubmittedFrames);
    }

    [Fact]
    public void Frame_AfterASilenceOfDays_Passes()
    {
        Send(1);
        rig.Clock.Advance(20 * 86_400);
        next += 20L * 86_400 * Wire.Rate;
        Send(1);
        Assert.Equal(2, rig.SubmittedFrames);
    }

    [Fact]
    public void Frame_LateOnes_DoNotMoveTheGateBack()
    {
        Send(100);
        Deliver(1, 0);
        Deliver(0, 0);
        Assert.Null(Deliver(1, next));
        Assert.Equal(0, rig.Counters.RejectedOf("frame"));
    }

    private void Send(int frames)
    {
        for (int i = 0; i < frames; i++, next += Wire.Rate)
        {
            Assert.Null(Deliver(1, next));
        }
    }

    private MqttReasonCode? Deliver(uint epoch, long first) => rig.Deliver(IngestRig.Frame, Wire.Frame(first, epoch: epoch), Wire.Native);
}
