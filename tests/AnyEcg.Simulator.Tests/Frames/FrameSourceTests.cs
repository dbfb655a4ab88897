using System.Buffers;
using AnyEcg.Protocol;
using AnyEcg.Recordings;
using AnyEcg.Signal;

namespace AnyEcg.Simulator.Tests;

public sealed class FrameSourceTests
{
    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(7.3)]
    public void TryNext_WholeRecord_GivesEverySampleOnce(double frameSeconds)
    {
        using TestRecord record = new(samples: 2_600, leads: 3, rate: 257);
        using FrameSource source = FrameSource.Open(record.Path, new FrameSourceOptions { FrameSeconds = frameSeconds, Epoch = 5 });
        EcgFrame frame = new();
        long next = 0;
        while (source.TryNext(frame))
        {
            Assert.Equal((5u, next, 3, 0u), (frame.Epoch, frame.FirstSample, frame.LeadCount, frame.LeadOff));
            Assert.Equal(DeviceTimeMark.None, frame.DeviceTimeMark);
            AssertValues(frame, missing: null);
            next += frame.SamplesPerLead;
            Assert.Equal(next, source.Position);
        }

        Assert.Equal(2_600, next);
        Assert.Equal(0, source.GapSamples);
        Assert.False(source.TryNext(frame));
    }

    [Fact]
    public void TryNext_MissingOnAllLeads_IsAGap()
    {
        Func<int, int, bool> missing = (_, i) => i is (>= 100 and < 150) or (>= 240 and < 510) or >= 990;
        using TestRecord record = new(samples: 1_000, missing: missing);
        (List<(long First, int Length, uint Off)> frames, long gap) = Cut(record, missing);
        Assert.Equal([(0, 100, 0u), (150, 90, 0u), (510, 240, 0u), (750, 240, 0u)], frames);
        Assert.Equal(50 + 270 + 10, gap);
    }

    [Fact]
    public void TryNext_MissingOnOneLead_SplitsTheFrameAndSaysLeadOff()
    {
        Func<int, int, bool> missing = (lead, i) => lead == 1 ? i is >= 40 and < 60 : i == 300;
        using TestRecord record = new(samples: 500, missing: missing);
        (List<(long First, int Length, uint Off)> frames, long gap) = Cut(record, missing);
        Assert.Equal([(0, 40, 0u), (40, 20, 2u), (60, 190, 0u), (250, 50, 0u), (300, 1, 1u), (301, 199, 0u)], frames);
        Assert.Equal(0, gap);
    }

    [Fact]
    public void TryNext_MissingOnOneLead_HoldsItsLastValue()
    {
        using TestRecord record = new(samples: 500, missing: (lead, i) => lead == 0 && (i < 10 || i is >= 300 and < 310));
        using FrameSource source = FrameSource.Open(record.Path, new FrameSourceOptions());
        EcgFrame frame = new();
        Assert.True(source.TryNext(frame));
        Assert.Equal(Enumerable.Repeat(10f, 10), frame.LeadSamples(0).ToArray());
        Assert.True(source.TryNext(frame) && source.TryNext(frame) && source.TryNext(frame));
        Assert.Equal((300, 1u), (frame.FirstSample, frame.LeadOff));
        Assert.Equal(Enumerable.Repeat(299f, 10), frame.LeadSamples(0).ToArray());
    }

    [Fact]
    public void Rewind_AfterTheEnd_GivesTheSameSamplesAsANewEpoch()
    {
        using TestRecord record = new(samples: 600);
        using FrameSource source = FrameSource.Open(record.Path, new FrameSourceOptions { StartNs = 1_000 });
        EcgFrame frame = new();
        for (uint epoch = 1; epoch <= 3; epoch++)
        {
            List<long> firsts = [];
            while (source.TryNext(frame))
            {
                firsts.Add(frame.FirstSample);
                Assert.Equal(epoch, frame.Epoch);
                Assert.Equal((epoch * 1_000) + (frame.FirstSample * 4_000_000), frame.DeviceTimeNs);
            }

            Assert.Equal([0, 250, 500], firsts);
            source.Rewind(epoch + 1, (epoch + 1) * 1_000);
            Assert.Equal(epoch + 1, source.Descriptor.Epoch);
        }
    }

    [Fact]
    public void Descriptor_WrittenAndReadBack_GivesTheFormatOfTheRecord()
    {
        using TestRecord record = new(samples: 10, leads: 3, rate: 360);
        using Recording opened = Recording.Open(record.Path);
        using FrameSource source = FrameSource.Open(record.Path, new FrameSourceOptions());
        ArrayBufferWriter<byte> output = new();
        DescriptorJson.Write(source.Descriptor, output);
        Assert.Equal(DescriptorRejection.None, DescriptorJson.TryParse(output.WrittenMemory, out StreamDescriptor? read));

        StreamFormat format = read!.ToStreamFormat(), expected = opened.Format;
        Assert.Equal(["MLII", "V1", "some lead or other"], read.Leads.Select(lead => lead.Name));
        Assert.Equal(131_075, read.Leads[1].Mdc);
        Assert.Equal(expected.SampleRateHz, format.SampleRateHz);
        Assert.Equal(expected.Leads.Leads.ToArray(), format.Leads.Leads.ToArray());
        Assert.Equal(expected.MicrovoltsPerLsb.ToArray(), format.MicrovoltsPerLsb.ToArray());
        Assert.Equal(expected.Baseline.ToArray(), format.Baseline.ToArray());
        Assert.Equal(expected.AdcRange!.Value.ToArray(), format.AdcRange!.Value.ToArray());
        Assert.Equal([5.0, 5, 5], format.MicrovoltsPerLsb.ToArray());
    }

    [Theory]
    [InlineData(0.05)]
    [InlineData(10.1)]
    [InlineData(double.NaN)]
    public void Open_FrameLengthOutOfRange_Throws(double seconds)
    {
        using TestRecord record = new(samples: 10);
        Assert.Throws<ArgumentOutOfRangeException>(() => FrameSource.Open(record.Path, new FrameSourceOptions { FrameSeconds = seconds }));
    }

    [Fact]
    public void Open_RateThatNoStreamHas_Throws()
    {
        using TestRecord record = new(samples: 10, rate: 50);
        Assert.Throws<RecordingFormatException>(() => FrameSource.Open(record.Path, new FrameSourceOptions()));
    }

    [Fact]
    public void Descriptor_HeaderWithAgeAndSex_CarriesThem()
    {
        using TestRecord record = new(samples: 10);
        using (FrameSource silent = FrameSource.Open(record.Path, new FrameSourceOptions()))
            Assert.Null(silent.Descriptor.Age);
        File.AppendAllText(record.Path + ".hea", "# 69 M 1085 1629 x1\n");
        using FrameSource source = FrameSource.Open(record.Path, new FrameSourceOptions());

        Assert.Equal((69, WearerSex.Male), (source.Descriptor.Age, source.Descriptor.Sex));
    }

    [Fact]
    public void RecordedNs_HeaderWithDate_IsThatTime()
    {
        using TestRecord dated = new(samples: 10, recorded: "12:30:00 02/01/2026");
        using TestRecord undated = new(samples: 10);
        using FrameSource a = FrameSource.Open(dated.Path, new FrameSourceOptions()), b = FrameSource.Open(undated.Path, new FrameSourceOptions());
        Assert.Equal(IsoTime.FromInstant(new DateTimeOffset(2026, 1, 2, 12, 30, 0, TimeSpan.Zero)), a.RecordedNs);
        Assert.Null(b.RecordedNs);
    }

    private static (List<(long First, int Length, uint Off)> Frames, long Gap) Cut(TestRecord record, Func<int, int, bool> missing)
    {
        using FrameSource source = FrameSource.Open(record.Path, new FrameSourceOptions());
        EcgFrame frame = new();
        List<(long, int, uint)> frames = [];
        while (source.TryNext(frame))
        {
            AssertValues(frame, missing);
            frames.Add((frame.FirstSample, frame.SamplesPerLead, frame.LeadOff));
        }

        return (frames, source.GapSamples);
    }

    private static void AssertValues(EcgFrame frame, Func<int, int, bool>? missing)
    {
        for (int lead = 0; lead < frame.LeadCount; lead++)
        {
            for (int i = 0; i < frame.SamplesPerLead; i++)
            {
                int sample = (int)frame.FirstSample + i;
                if (missing?.Invoke(lead, sample) == true)
                    Assert.NotEqual(0u, frame.LeadOff >> lead & 1);
                else
                    Assert.Equal(TestRecord.Value(lead, sample), frame.LeadSamples(lead)[i]);
            }
        }
    }
}
