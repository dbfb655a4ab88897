using System.Buffers;
using System.Text;
using AnyEcg.Mqtt;
using AnyEcg.Protocol;
using AnyEcg.Signal;

namespace AnyEcg.Worker.Tests;

/// <summary>Frames of formats that say a time and no position.</summary>
public sealed class UnplacedFrameTests
{
    private const long StartNs = 1_700_000_000_000_000_000;

    private readonly IngestRig rig = new();

    [Fact]
    public void PolarFrames_OneAfterTheOther_AreContiguousAndARepeatKeepsItsPlace()
    {
        Describe();
        foreach (int number in (int[])[0, 1, 2, 1, 4])
            Assert.Null(Deliver(number));
        long first = rig.Engine.Frames.First().FirstSample;
        Assert.Equal([0, 73, 146, 73, 4 * 73], rig.Engine.Frames.Select(f => f.FirstSample - first));
        Assert.Equal((long)Math.Round((StartNs / 1e9 * 130) + 72) - 72, first);
        Assert.All(rig.Engine.Frames, f => Assert.Equal(3u, f.Epoch));
        rig.AssertConserved();
    }

    [Fact]
    public void PolarFrames_HeldForTheirDescriptor_ArePlacedInOrder()
    {
        Deliver(0);
        Deliver(1);
        Describe();
        Assert.Equal([0, 73], rig.Engine.Frames.Select(f => f.FirstSample - rig.Engine.Frames.First().FirstSample));
        rig.AssertConserved();
    }

    [Fact]
    public void PolarFrame_WhoseGatewayCounts_LiesWhereItSays()
    {
        Describe();
        Deliver(0, ("first-sample", "146"), ("epoch", "9"));
        Deliver(1, ("first-sample", "219"));
        Assert.Equal([(146L, 9u), (219L, 3u)], rig.Engine.Frames.Select(f => (f.FirstSample, f.Epoch)));
    }

    [Theory]
    [InlineData("first-sample", "-1")]
    [InlineData("first-sample", "12x")]
    [InlineData("first-sample", "")]
    [InlineData("first-sample", "281474976710657")]
    [InlineData("epoch", "4294967296")]
    public void PolarFrame_WithABadProperty_IsRefused(string name, string value)
    {
        Describe();
        Assert.Equal(MqttReasonCode.PayloadFormatInvalid, Deliver(0, (name, value)));
        Assert.Equal(1, rig.Rejected("frame", "bad-position"));
        rig.AssertConserved();
    }

    [Fact]
    public void PolarFrames_AfterTheDescriptorIsWithdrawn_BeginAnew()
    {
        Describe();
        Deliver(5);
        rig.Deliver(IngestRig.Meta, []);
        Describe();
        Deliver(0);
        Assert.Equal((long)Math.Round((StartNs / 1e9 * 130) + 72) - 72, rig.Engine.Frames.Last().FirstSample);
    }

    [Theory]
    [InlineData("", " E E E E E E E E E E", 0)]
    [InlineData("E E E E E E E E E E ", "", 10)]
    [InlineData("E E E E ", " E E E", 4)]
    public void FhirFrames_ShortOfAFewValuesAtAnEdge_LeaveAGapOfThatLength(string before, string after, int first)
    {
        DescribeFhir();
        string values = string.Join(' ', Enumerable.Range(0, 250 - (before.Length + after.Length) / 2));
        Observe(0, string.Join(' ', Enumerable.Range(0, 250)));
        Observe(1, before + values + after);
        Observe(2, string.Join(' ', Enumerable.Range(0, 250)));
        EcgFrame[] frames = [.. rig.Engine.Frames];
        Assert.Equal([0, 250 + first, 500], frames.Select(f => f.FirstSample - frames[0].FirstSample));
        Assert.Equal(250 - (before.Length + after.Length) / 2, frames[1].SamplesPerLead);
    }

    [Fact]
    public void FhirFrame_WhoseGatewayCounts_BeginsWithItsFirstValue()
    {
        DescribeFhir();
        Observe(0, "E E 5 6", ("first-sample", "1000"));
        Assert.Equal((1002, 2), (rig.Engine.Frames.Single().FirstSample, rig.Engine.Frames.Single().SamplesPerLead));
    }

    private void DescribeFhir() => rig.Deliver(
        IngestRig.Meta, """{"sampleRateHz":250,"leads":["II"],"microvoltsPerLsb":1,"contentType":"application/fhir+json"}"""u8);

    private void Observe(int second, string data, params (string Name, string Value)[] properties) => Assert.Null(rig.Deliver(IngestRig.Frame, Encoding.UTF8.GetBytes(
        $$$"""{"resourceType":"Observation","effectiveDateTime":"2026-01-02T03:04:{{{second:00}}}Z","valueSampledData":{"origin":{"value":0,"code":"uV"},"period":4,"dimensions":1,"data":"{{{data}}}"}}"""), null, properties));

    private void Describe() => rig.Deliver(
        IngestRig.Meta, """{"sampleRateHz":130,"leads":["ECG"],"microvoltsPerLsb":1,"epoch":3,"contentType":"application/vnd.polar.pmd"}"""u8);

    private MqttReasonCode? Deliver(int number, params (string Name, string Value)[] properties)
    {
        EcgFrame frame = new() { DeviceTimeMark = DeviceTimeMark.LastSample, DeviceTimeNs = StartNs + (long)(((number * 73) + 72) / 130.0 * 1e9) };
        frame.Resize(1, 73);
        frame.Samples.Fill(number);
        ArrayBufferWriter<byte> payload = new();
        StreamDescriptor unit = new() { SampleRateHz = 130, Leads = [new LeadDescriptor("ECG")], MicrovoltsPerLsb = [1] };
        Assert.Equal(FrameRejection.None, PolarFrameCodec.Encode(frame, unit, payload));
        return rig.Deliver(IngestRig.Frame, payload.WrittenSpan, null, properties);
    }
}
