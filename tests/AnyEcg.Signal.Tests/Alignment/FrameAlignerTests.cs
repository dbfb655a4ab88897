using static AnyEcg.Signal.Tests.Transmission;

namespace AnyEcg.Signal.Tests;

public sealed class FrameAlignerTests
{
    private readonly FrameAligner aligner = new(Format, new AlignerOptions());
    private readonly AlignedRecorder seen = new(Leads);

    [Fact]
    public void Push_FirstFrameFarFromZero_BeginsTheEpochThere()
    {
        Assert.Equal(FrameOutcome.Accepted, Push(Frame(100_000, 50)));
        Assert.Equal([(1u, 100_000L)], seen.Epochs);
        Assert.Equal(100_050, aligner.NextSample);
        Assert.Equal(0, aligner.Counters.SamplesGap);
    }

    [Fact]
    public void Push_FirstFrameNearZero_WaitsForTheBeginning()
    {
        Assert.Equal(FrameOutcome.Held, Push(Frame(100, 100)));
        Assert.Equal(FrameOutcome.Accepted, Push(Frame(0, 100)));
        Assert.Equal([(1u, 0L)], seen.Epochs);
        Assert.Equal((200, 0, 2), (aligner.NextSample, aligner.Counters.SamplesGap, aligner.Counters.Accepted));
    }

    [Fact]
    public void Push_HoleThatIsFilled_FlowsOn()
    {
        Push(Frame(0, 100));
        Assert.Equal(FrameOutcome.Held, Push(Frame(200, 100)));
        Assert.Equal((1, 1, 100), (aligner.Counters.Pending, aligner.Counters.Accepted, aligner.NextSample));
        Assert.Equal(FrameOutcome.Accepted, Push(Frame(100, 100)));
        Assert.Equal((0, 3, 300), (aligner.Counters.Pending, aligner.Counters.Accepted, aligner.NextSample));
        Assert.Equal(0, seen.Missing);
    }

    [Fact]
    public void Push_DataBeyondTheTolerance_GivesUpTheHoleAndNoMore()
    {
        Push(Frame(0, 100));
        for (int at = 200; at <= 500; at += 100)
        {
            Assert.Equal(FrameOutcome.Held, Push(Frame(at, 100)));
        }

        Assert.Equal(0, seen.Missing);
        Assert.Equal(FrameOutcome.Held, Push(Frame(600, 50)));
        Assert.Equal((50, 150), (seen.Missing, aligner.NextSample));
        Assert.Equal(FrameOutcome.Accepted, Push(Frame(650, 50)));
        Assert.Equal((100, 700), (seen.Missing, aligner.NextSample));
        Assert.Equal(FrameOutcome.Late, Push(Frame(100, 100)));
    }

    [Fact]
    public void Push_FrameLongerThanTheTolerance_FlowsAtOnce()
    {
        Push(Frame(0, 100));
        Assert.Equal(FrameOutcome.Accepted, Push(Frame(150, 600)));
        Assert.Equal((50, 750), (seen.Missing, aligner.NextSample));
    }

    [Fact]
    public void Push_MoreFramesThanMayWait_GivesUpTheHole()
    {
        FrameAligner small = new(Format, new AlignerOptions { MaxHeldFrames = 3 });
        small.Push(Frame(0, 10), seen);
        foreach (long at in (long[])[40, 30, 20])
        {
            Assert.Equal(FrameOutcome.Held, small.Push(Frame(at, 5), seen));
        }

        Assert.Equal(FrameOutcome.Held, small.Push(Frame(50, 5), seen));
        Assert.Equal((25, 10, 3), (small.NextSample, seen.Missing, small.Counters.Pending));
    }

    [Fact]
    public void GiveUpHeld_HolesLeft_AllBecomeGaps()
    {
        Push(Frame(0, 100));
        Push(Frame(150, 50));
        Push(Frame(300, 50));
        aligner.GiveUpHeld(seen);
        Assert.Equal((350, 150, 0, 3), (aligner.NextSample, seen.Missing, aligner.Counters.Pending, aligner.Counters.Accepted));
        aligner.GiveUpHeld(seen);
        Assert.Equal(350, aligner.NextSample);
    }

    [Fact]
    public void Push_OverlapWithKnownGapAndNew_TrimsAndCountsEachApart()
    {
        Push(Frame(0, 100));
        Push(Frame(150, 50));
        aligner.GiveUpHeld(seen);
        Assert.Equal(FrameOutcome.Accepted, Push(Frame(80, 150)));
        Assert.Equal((70, 50, 230), (aligner.Counters.SamplesOverlap, aligner.Counters.SamplesLate, aligner.NextSample));
        Assert.Equal(50, seen.Missing);
    }

    [Fact]
    public void Push_RepeatOfAHeldFrame_IsADuplicate()
    {
        Push(Frame(0, 100));
        Push(Frame(200, 100));
        Assert.Equal(FrameOutcome.Duplicate, Push(Frame(220, 50)));
        Assert.Equal((1, 1), (aligner.Counters.Pending, aligner.Counters.Duplicate));
    }

    [Fact]
    public void Push_RepeatWithTheOtherZero_IsADuplicate()
    {
        EcgFrame frame = Frame(0, 1);
        frame.LeadSamples(1)[0] = 0;
        Push(frame);
        frame.LeadSamples(1)[0] = -0f;
        Assert.Equal(FrameOutcome.Duplicate, Push(frame));
    }

    [Fact]
    public void Push_RepeatOlderThanTheHistory_IsLate()
    {
        for (int at = 0; at < 20 * Rate; at += 100)
        {
            Push(Frame(at, 100));
        }

        Assert.Equal(FrameOutcome.Duplicate, Push(Frame(11 * Rate, 100)));
        Assert.Equal(FrameOutcome.Late, Push(Frame(Rate, 100)));
        Assert.Equal(FrameOutcome.Late, Push(Frame(Rate, 100, shift: 1)));
    }

    [Fact]
    public void Push_OldCountWithNewerDeviceTime_IsAConflict()
    {
        const long second = 1_000_000_000;
        for (int s = 0; s < 60; s++)
        {
            Push(Stamped(s * Rate, s * second));
        }

        Assert.Equal(FrameOutcome.Late, Push(Stamped(5 * Rate, 5 * second)));
        Assert.Equal(FrameOutcome.Conflict, Push(Stamped(0, 70 * second)));
        Assert.Equal(new SampleRange(1, 0, Rate), aligner.LastConflict);
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void Push_OldFramesAgainAtTheEndsOfTime_AreLate(long deviceNs)
    {
        for (int s = 0; s < 60; s++)
        {
            Push(Stamped(s * Rate, deviceNs));
        }

        Assert.Equal(FrameOutcome.Late, Push(Stamped(5 * Rate, deviceNs)));
    }

    [Fact]
    public void Push_NewEpoch_FlushesTheOldOneAndBeginsAnew()
    {
        Push(Frame(0, 100));
        Push(Frame(150, 50));
        Assert.Equal(FrameOutcome.Accepted, Push(Frame(0, 100, epoch: 2, shift: 7)));
        Assert.Equal([(1u, 0L), (2u, 0L)], seen.Epochs);
        Assert.Equal((2u, 100, 50), (aligner.Epoch, aligner.NextSample, seen.Missing));
        Assert.Equal(FrameOutcome.Late, Push(Frame(200, 100)));
        Assert.Equal((250, 3, 0), (aligner.Counters.SamplesProcessed, aligner.Counters.Accepted, aligner.Counters.Pending));
    }

    [Fact]
    public void Push_LeadOffBits_StayWithTheirSamples()
    {
        Push(Frame(0, 10, leadOff: 1));
        Push(Frame(20, 10, leadOff: 2));
        Push(Frame(10, 10));
        float[] bits = [.. seen.Rows.Where((_, i) => i % 3 == 2)];
        Assert.Equal([.. Enumerable.Repeat(1f, 10), .. Enumerable.Repeat(0f, 10), .. Enumerable.Repeat(2f, 10)], bits);
    }

    [Fact]
    public void Push_FramesThatMakeNoSense_AreRejectedByReason()
    {
        EcgFrame leads = new() { Epoch = 1 };
        leads.Resize(3, 10);
        Push(Frame(0, 10));
        Assert.Equal(FrameOutcome.Rejected, Push(leads));
        Assert.Equal(FrameOutcome.Rejected, Push(new EcgFrame { Epoch = 1 }));
        Assert.Equal(FrameOutcome.Rejected, Push(Frame(-5, 10)));
        Assert.Equal(FrameOutcome.Rejected, Push(Frame(long.MaxValue, 10, epoch: 2)));
        Assert.Equal(FrameOutcome.Rejected, Push(Frame(31L * 86400 * Rate, 10)));
        AlignerCounters counters = aligner.Counters;
        Assert.Equal((2, 2, 1, 5), (counters.RejectedLeads, counters.RejectedPosition, counters.RejectedJump, counters.Rejected));
        Assert.Equal((1u, 10), (aligner.Epoch, aligner.NextSample));
    }

    [Fact]
    public void Push_LongLoss_IsCountedExactly()
    {
        Push(Frame(0, 100));
        Push(Frame(29L * 86400 * Rate, 600));
        Assert.Equal((29L * 86400 * Rate) - 100, aligner.Counters.SamplesGap);
    }

    [Fact]
    public void Push_SteadyState_AllocatesNothing()
    {
        CountingSink sink = new();
        EcgFrame frame = Frame(0, 50);
        Run(frame, sink, 0, 1000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run(frame, sink, 1000, 2000);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(2000 * 50, sink.Samples);
    }

    /// <summary>Pairs of frames in the wrong order, each sent twice.</summary>
    private void Run(EcgFrame frame, CountingSink sink, int from, int to)
    {
        for (int i = from; i < to; i += 2)
        {
            foreach (int at in (ReadOnlySpan<int>)[i + 1, i + 1, i, i])
            {
                frame.FirstSample = at * 50;
                aligner.Push(frame, sink);
            }
        }
    }

    private static EcgFrame Stamped(long first, long deviceNs)
    {
        EcgFrame frame = Frame(first, Rate);
        (frame.DeviceTimeNs, frame.DeviceTimeMark) = (deviceNs, DeviceTimeMark.FirstSample);
        return frame;
    }

    private FrameOutcome Push(EcgFrame frame) => aligner.Push(frame, seen);

    private sealed class CountingSink : IAlignedSink
    {
        public long Samples { get; private set; }

        public void EpochStarted(uint epoch, long firstSample) => Samples = 0;

        public void Gap(long firstSample, long count) => throw new InvalidOperationException("Nothing was lost.");

        void IAlignedSink.Samples(in AlignedBlock block) => Samples += block.Count;
    }
}
