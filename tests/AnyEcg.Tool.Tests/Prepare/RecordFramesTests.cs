using AnyEcg.Recordings;
using AnyEcg.Signal;

namespace AnyEcg.Tool.Tests;

public sealed class RecordFramesTests : IDisposable
{
    private readonly TemporaryRecords records = new();

    [Fact]
    public void TryRead_WholeRecording_ConsecutiveFramesCoverItOnce()
    {
        using WfdbRecord record = WfdbRecord.Open(records.Add("r1", 3));
        RecordFrames frames = new(record);
        EcgFrame frame = new();
        long next = 0;
        while (frames.TryRead(frame))
        {
            Assert.Equal(next, frame.FirstSample);
            Assert.Equal(0u, frame.LeadOff);
            next += frame.SamplesPerLead;
        }

        Assert.Equal(3 * TemporaryRecords.RateHz, next);
    }

    [Fact]
    public void TryRead_MissingSample_LeadIsOffForThatFrameOnly()
    {
        string path = records.Add("r1", 2);
        records.LoseSample("r1", 70);
        using WfdbRecord record = WfdbRecord.Open(path);
        RecordFrames frames = new(record);
        EcgFrame frame = new();
        List<uint> off = [];
        while (frames.TryRead(frame))
        {
            off.Add(frame.LeadOff);
            Assert.All(frame.Samples.ToArray(), sample => Assert.True(float.IsFinite(sample)));
        }

        Assert.Equal([0u, 1u, 0u, 0u, 0u, 0u, 0u, 0u, 0u], off);
    }

    public void Dispose() => records.Dispose();
}
