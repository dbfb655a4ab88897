using AnyEcg.Engine;
using AnyEcg.Mqtt;
using AnyEcg.Protocol;
using AnyEcg.Signal;

namespace AnyEcg.Worker.Tests;

public sealed class FrameIngestTests
{
    private readonly IngestRig rig = new();

    [Fact]
    public void Frame_OfADescribedStream_FollowsItsFormatAndStaysOpen()
    {
        rig.Describe();
        Assert.Null(rig.Deliver(IngestRig.Frame, Wire.Frame(500), Wire.Native));

        Assert.Equal([EngineInputKind.Format, EngineInputKind.Frame], rig.Engine.Inputs.Select(i => i.Kind));
        EcgFrame frame = rig.Engine.Frames.Single();
        Assert.Equal(500, frame.FirstSample);
        Assert.Equal(rig.Clock.NowNs(), frame.ReceivedNs);
        rig.AssertConserved();
    }

    [Fact]
    public void Format_OfManyFrames_IsToldOnce()
    {
        rig.Describe();
        for (int i = 0; i < 5; i++)
        {
            rig.Deliver(IngestRig.Frame, Wire.Frame(i * Wire.Rate), Wire.Native);
        }

        Assert.Single(rig.Engine.Inputs, i => i.Kind == EngineInputKind.Format);
    }

    [Fact]
    public void Format_OfANewDescriptor_IsToldBeforeItsFirstFrame()
    {
        rig.Describe();
        rig.Deliver(IngestRig.Frame, Wire.Frame(), Wire.Native);
        rig.Describe(leads: 2);
        rig.Deliver(IngestRig.Frame, Wire.Frame(leads: 2), Wire.Native);

        EngineInput[] last = [.. rig.Engine.Inputs.TakeLast(2)];
        Assert.Equal(2, last[0].Format!.Leads.Count);
        Assert.Equal(2, last[1].Frame!.LeadCount);
    }

    [Fact]
    public void Frame_EngineQueueFull_IsDroppedAndSaysSo()
    {
        rig.Describe();
        rig.Deliver(IngestRig.Frame, Wire.Frame(), Wire.Native);
        rig.Engine.Full = true;

        Assert.Equal(MqttReasonCode.QuotaExceeded, rig.Deliver(IngestRig.Frame, Wire.Frame(Wire.Rate), Wire.Native));
        Assert.Equal(1, rig.Counters.FramesDropped);
        rig.AssertConserved();
    }

    [Fact]
    public void Format_EngineQueueFull_IsToldWithTheNextFrame()
    {
        rig.Describe();
        rig.Engine.Full = true;
        rig.Deliver(IngestRig.Frame, Wire.Frame(), Wire.Native);
        rig.Engine.Full = false;
        rig.Deliver(IngestRig.Frame, Wire.Frame(Wire.Rate), Wire.Native);

        Assert.Equal([EngineInputKind.Format, EngineInputKind.Frame], rig.Engine.Inputs.Select(i => i.Kind));
    }

    [Fact]
    public void Message_WhileDraining_IsNeitherTakenNorAcknowledged()
    {
        rig.Describe();
        rig.Ingest.Draining = true;

        Assert.Null(rig.Deliver(IngestRig.Frame, Wire.Frame(), Wire.Native));
        Assert.Null(rig.Deliver(IngestRig.Meta, Wire.Descriptor(2)));
        Assert.Null(rig.Deliver("nonsense", []));
        Assert.Empty(rig.Engine.Inputs);
        Assert.Equal(0, rig.Counters.FramesReceived);
    }

    [Fact]
    public void Descriptor_Withdrawn_ClosesTheStreamAndFreesItsPlace()
    {
        rig.Describe();
        rig.Deliver(IngestRig.Frame, Wire.Frame(), Wire.Native);
        Assert.Equal(MqttReasonCode.Success, rig.Deliver(IngestRig.Meta, []));

        Assert.Equal(EngineInputKind.Close, rig.Engine.Inputs[^1].Kind);
        Assert.Equal(0, rig.Directory.Count);
    }

    [Fact]
    public void Descriptor_AfterItsWithdrawal_OpensTheStreamAgain()
    {
        rig.Describe();
        rig.Deliver(IngestRig.Frame, Wire.Frame(), Wire.Native);
        rig.Deliver(IngestRig.Meta, []);
        rig.Describe();
        rig.Deliver(IngestRig.Frame, Wire.Frame(), Wire.Native);

        Assert.Equal([EngineInputKind.Format, EngineInputKind.Frame], rig.Engine.Inputs.TakeLast(2).Select(i => i.Kind));
    }

    [Fact]
    public void Status_Online_MakesTheStreamKnownBeforeItsFirstFrame()
    {
        rig.Describe();
        Assert.Equal(MqttReasonCode.Success, rig.Deliver(IngestRig.Status, Wire.Status(DeviceState.Online)));

        Assert.Equal([EngineInputKind.Format, EngineInputKind.Status], rig.Engine.Inputs.Select(i => i.Kind));
        Assert.True(rig.Engine.Inputs[1].Online);
    }

    [Fact]
    public void Status_OfflineOfADeviceThatSentNothing_OpensNoStream()
    {
        rig.Describe();
        rig.Deliver(IngestRig.Status, Wire.Status(DeviceState.Offline));
        Assert.DoesNotContain(rig.Engine.Inputs, i => i.Kind == EngineInputKind.Format);
    }

    [Fact]
    public void Mark_Empty_HappenedWhenItCame()
    {
        rig.Describe();
        Assert.Equal(MqttReasonCode.Success, rig.Deliver("ecg/v1/ward/bed-1/mark", []));
        EngineInput mark = Assert.Single(rig.Engine.Inputs, i => i.Kind == EngineInputKind.Mark);
        Assert.Equal(rig.Clock.NowNs(), mark.TimeNs);
    }

    [Fact]
    public void Frame_Qos0_OwesNoAcknowledgement()
    {
        rig.Describe();
        rig.Ingest.OnMessage(new MqttInbound { Topic = IngestRig.Frame, Payload = Wire.Frame(leads: 2), ContentType = Wire.Native });
        Assert.Equal(1, rig.Rejected("frame", "lead-count-mismatch"));
        Assert.Single(rig.Connection.Acknowledged);
    }
}
