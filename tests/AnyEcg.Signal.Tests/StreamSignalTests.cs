using FsCheck;
using FsCheck.Fluent;

namespace AnyEcg.Signal.Tests;

public sealed class StreamSignalTests
{
    /// <summary>Fate of one third of a second: bits 0 and 1 are lead-off, 4 is lost.</summary>
    private const int Lost = 4;

    [Fact]
    public void Push_AnySplitIntoFrames_BitIdenticalSeconds()
    {
        Gen<(double Rate, int[] Cuts, int[] Fates)> cases =
            from rate in Gen.Elements(Streams.Rates)
            from cuts in Gen.Choose(1, 400).ArrayOf(10)
            from fates in Gen.Frequency((5, Gen.Constant(0)), (2, Gen.Choose(0, 3)), (2, Gen.Constant(Lost))).ArrayOf(21)
            select (rate, cuts, fates);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            (CollectedSeconds split, _) = Run(c.Rate, c.Cuts, c.Fates);
            (CollectedSeconds single, _) = Run(c.Rate, [1], c.Fates);
            Same(single, split);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(30));
    }

    [Fact]
    public void Push_AnyLosses_EverySampleIsProcessedOrGapAndEverySecondAccounted()
    {
        Gen<(double Rate, int[] Fates)> cases =
            from rate in Gen.Elements(Streams.Rates)
            from fates in Gen.Elements(0, Lost).ArrayOf(30)
            select (rate, fates);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            int[] fates = [0, .. c.Fates, 0];
            (CollectedSeconds seconds, StreamSignalCounters counters) = Run(c.Rate, [100], fates);
            int block = (int)c.Rate / 3;
            Assert.Equal(fates.Length * block, counters.Aligner.SamplesProcessed + counters.Aligner.SamplesGap);
            Assert.Equal(Enumerable.Range(0, seconds.Count).Select(k => (long)k), seconds.Select(second => second.Second));
            double lost = fates.Take((int)(seconds.Count * c.Rate) / block).Count(fate => fate == Lost) * block * 300 / c.Rate;
            double missing = seconds.Sum(second => second.MissingShare[0]) * 300;
            Assert.InRange(missing - lost, -fates.Length, fates.Length + (block * 300 / c.Rate));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(30));
    }

    [Fact]
    public void Push_LongLoss_EmitsEmptySecondsThenJumps()
    {
        CollectedSeconds seconds = [];
        StreamSignal signal = new(Streams.Format(360), new StreamSignalOptions { MaxEmptySeconds = 5 });
        signal.Push(Beats(0, 900), seconds);
        signal.Push(Beats(36000, 1800), seconds);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 100, 101, 102, 103], seconds.Select(second => second.Second));
        Assert.Equal(PatchFlags.Missing | PatchFlags.Doubtful, seconds[2].Flags[0] & ~PatchFlags.Settling);
        Assert.All(seconds.Skip(3).Take(5), second => Assert.Equal(0u, second.Present));
        Assert.All(seconds.Skip(3).Take(5), second => Assert.Equal(PatchFlags.Missing | PatchFlags.Gap | PatchFlags.Flat, second.Flags[0]));
        Assert.Equal(PatchFlags.Settling, seconds[8].Flags[0]);
        Assert.Equal(PatchFlags.None, seconds[9].Flags[0]);
        Assert.Equal((92, 5, 2), (signal.Counters.SecondsJumped, signal.Counters.SecondsEmpty, signal.Counters.Restarts));
    }

    [Fact]
    public void Push_Seconds_CarryTheirContext()
    {
        (CollectedSeconds seconds, _) = Run(250, [100], [0, 0, 0, 0, 0, 0, Lost, Lost, Lost, Lost, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        ContextExtractor extractor = new(seconds[0].LeadCount);
        float[] expected = new float[ContextFeatures.Count];
        foreach (PatchSecond second in seconds)
        {
            extractor.Observe(second, expected);
            Assert.Equal(expected, second.Context);
        }

        Assert.Contains(expected, value => value != 0);
    }

    [Fact]
    public void Push_ShortLoss_BridgedWithoutRestart()
    {
        CollectedSeconds seconds = [];
        StreamSignal signal = new(Streams.Format(360), new StreamSignalOptions());
        signal.Push(Beats(0, 1000), seconds);
        signal.Push(Beats(1036, 2000), seconds);
        Assert.Equal(1, signal.Counters.Restarts);
        Assert.Equal(PatchFlags.Missing, seconds[2].Flags[0]);
        Assert.Equal(0.1f, seconds[2].MissingShare[0], 0.004f);
        Assert.Equal(PatchFlags.None, seconds[3].Flags[0]);
    }

    [Fact]
    public void Push_EpochThatBeginsAnywhere_KeepsTheGridOfItsSamples()
    {
        CollectedSeconds seconds = [];
        StreamSignal signal = new(Streams.Format(250), new StreamSignalOptions());
        signal.Push(Streams.Frame(0, 600, 1, (lead, n) => Streams.Beats(250, lead, n), epoch: 1), seconds);
        signal.Push(Streams.Frame(1_000_100, 1000, 1, (lead, n) => Streams.Beats(250, lead, n), epoch: 2), seconds);
        Assert.Equal([(1u, 0L), (1u, 1L), (2u, 4000L), (2u, 4001L), (2u, 4002L)], seconds.Select(second => (second.Epoch, second.Second)).Take(5));
        Assert.Equal(0.4f, seconds[2].MissingShare[0], 0.005f);
        Assert.Equal(1u, seconds[2].Present);
    }

    [Fact]
    public void Push_EpochThatBeginsDecadesOut_GivesTheSameSeconds()
    {
        // Where the positions of a stream without sample counts begin: its time since 1970 times its rate.
        const long offset = 250 * 1_767_323_045L;
        (CollectedSeconds near, CollectedSeconds far) = ([], []);
        new StreamSignal(Streams.Format(250), new StreamSignalOptions()).Push(Streams.Frame(0, 5000, 1, (lead, n) => Streams.Beats(250, lead, n)), near);
        new StreamSignal(Streams.Format(250), new StreamSignalOptions()).Push(
            Streams.Frame(offset, 5000, 1, (lead, n) => Streams.Beats(250, lead, n - offset)), far);
        Assert.Equal(near.Select(second => second.Second + 1_767_323_045L), far.Select(second => second.Second));
        Assert.Equal(near.SelectMany(second => second.Qrs).Select(qrs => qrs.Sample + (300 * 1_767_323_045L)), far.SelectMany(second => second.Qrs).Select(qrs => qrs.Sample));
        Assert.All(near.Zip(far), pair => Assert.Equal(pair.First.Samples.ToArray(), pair.Second.Samples.ToArray()));
    }

    [Fact]
    public void Push_EpochThatCountsOn_RemembersNothingOfTheOneBefore()
    {
        CollectedSeconds after = [];
        StreamSignal signal = new(Streams.Format(250), new StreamSignalOptions());
        signal.Push(Streams.Frame(0, 2600, 1, (_, n) => n % 200 < 5 ? 1800 : 1024, epoch: 1), new CollectedSeconds());
        signal.Push(Streams.Frame(2600, 2500, 1, (lead, n) => Streams.Beats(250, lead, n), epoch: 2), after);
        CollectedSeconds alone = [];
        StreamSignal fresh = new(Streams.Format(250), new StreamSignalOptions());
        fresh.Push(Streams.Frame(2600, 2500, 1, (lead, n) => Streams.Beats(250, lead, n), epoch: 2), alone);
        Assert.NotEmpty(alone.SelectMany(second => second.Qrs));
        Same(alone, after);
    }

    [Theory]
    [InlineData(128)]
    [InlineData(360)]
    [InlineData(1000)]
    public void Push_Beats_QrsWithinTwentyMillisecondsOfTheirTimes(double rate)
    {
        CollectedSeconds seconds = [];
        StreamSignal signal = new(Streams.Format(rate), new StreamSignalOptions());
        signal.Push(Streams.Frame(0, (int)(rate * 20), 1, (lead, n) => Streams.Beats(rate, lead, n)), seconds);
        long[] found = [.. seconds.SelectMany(second => second.Qrs).Select(qrs => qrs.Sample).Where(sample => sample > 600)];
        Assert.InRange(found.Length, 20, 24);
        Assert.All(found, sample => Assert.Equal(90, sample % 240, 6.0));
    }

    [Theory]
    [InlineData(DeviceClockKind.Synchronised, 130, 0)]
    [InlineData(DeviceClockKind.Synchronised, 360, 0)]
    [InlineData(DeviceClockKind.Free, 360, 80)]
    public void Push_StampedFrames_SecondsCarryTheTimeOfTheirFirstSample(DeviceClockKind kind, double rate, double delayMs)
    {
        const long start = 1_700_000_000_000_000_000;
        CollectedSeconds seconds = [];
        StreamSignal signal = new(Streams.Format(rate) with { Clock = kind }, new StreamSignalOptions());
        for (long first = 0; first < rate * 60; first += 50)
        {
            EcgFrame frame = Streams.Frame(first, 50, 1, (lead, n) => Streams.Beats(rate, lead, n));
            frame.DeviceTimeMark = DeviceTimeMark.FirstSample;
            frame.DeviceTimeNs = start + (long)(first / rate * 1e9);
            frame.ReceivedNs = start + (long)((first + 49) / rate * 1e9) + (80 + (first / 50 % 7 * 10)) * 1_000_000;
            signal.Push(frame, seconds);
        }

        Assert.True(seconds.Count >= 59);
        Assert.All(seconds.Skip(5), second => Assert.Equal(
            delayMs, (second.StartNs - start - (second.Second * 1_000_000_000)) / 1e6, 2.0));
        Assert.All(seconds, second => Assert.InRange((second.CompletedNs - start - ((second.Second + 1) * 1_000_000_000)) / 1e6, 0, 700));
    }

    [Fact]
    public void Push_AsystoleWithNoise_KeepsItsToken()
    {
        CollectedSeconds seconds = [];
        StreamSignal signal = new(Streams.Format(250), new StreamSignalOptions());
        signal.Push(Streams.Frame(0, 2500, 1, (lead, n) => 1024 + MathF.Round(2 * (float)Streams.Noise(n, 0))), seconds);
        Assert.All(seconds, second => Assert.Equal((1u, PatchFlags.Flat), (second.Present, second.Flags[0] & ~PatchFlags.Settling)));
        Assert.NotEmpty(seconds);
    }

    [Fact]
    public void Push_LeadBackFromTheRail_FiltersStartAnew()
    {
        CollectedSeconds seconds = [];
        StreamSignal signal = new(Streams.Format(250), new StreamSignalOptions());
        signal.Push(Streams.Frame(0, 3000, 1, (lead, n) => n is >= 1000 and < 2000 ? 4095 : Streams.Beats(250, lead, n)), seconds);
        Assert.Equal([1u, 1u, 1u, 1u, 0u, 0u, 0u, 0u, 1u, 1u, 1u], seconds.Select(second => second.Present).Take(11));
        Assert.True((seconds[8].Flags[0] & PatchFlags.Settling) != 0);
        Assert.All(seconds[8].Lead(0).ToArray(), value => Assert.InRange(value, -2, 2));
    }

    [Fact]
    public void Push_WildValues_FiniteWithinTheClip()
    {
        CollectedSeconds seconds = [];
        StreamSignal signal = new(Streams.Format(300), new StreamSignalOptions());
        signal.Push(Streams.Frame(0, 900, 1, (_, n) => n % 2 == 0 ? float.MaxValue : float.MinValue), seconds);
        signal.Push(Streams.Frame(900, 30000, 1, (lead, n) => Streams.Beats(300, lead, n)), seconds);
        Assert.All(seconds, second => Assert.All(second.Samples, value => Assert.InRange(value, -5, 5)));
        Assert.InRange(seconds[^1].Samples.Max(), 0.5f, 1.5f);
    }

    [Fact]
    public void Finish_LastSecondComplete_IsEmittedAndEqualsTheLongerRecording()
    {
        foreach (int rate in Streams.Rates)
        {
            (CollectedSeconds whole, CollectedSeconds longer) = ([], []);
            EcgFrame Beats(int count) => Streams.Frame(0, count, 1, (lead, n) => Streams.Beats(rate, lead, n));
            StreamSignal signal = new(Streams.Format(rate), new StreamSignalOptions());
            signal.Push(Beats(4 * rate), whole);
            signal.Finish(whole);
            new StreamSignal(Streams.Format(rate), new StreamSignalOptions()).Push(Beats(6 * rate), longer);
            Assert.Equal([0, 1, 2, 3], whole.Select(second => second.Second));
            Assert.Equal((1u, 0f), (whole[3].Present, whole[3].MissingShare[0]));
            Assert.True(longer[2].Samples.AsSpan().SequenceEqual(whole[2].Samples));
            for (int i = 0; i < PatchSecond.PatchSamples; i++)
                Assert.InRange(whole[3].Samples[i] - longer[3].Samples[i], -0.05, 0.05);
            signal.Finish(whole);
            Assert.Equal(4, whole.Count);
        }
    }

    [Fact]
    public void Finish_SamplesComeAllTheSame_EverySecondOnceAfterARestart()
    {
        CollectedSeconds seconds = [];
        StreamSignal signal = new(Streams.Format(360), new StreamSignalOptions());
        signal.Push(Beats(0, 900), seconds);
        signal.Finish(seconds);
        signal.Push(Beats(900, 900), seconds);
        signal.Finish(seconds);
        Assert.Equal([0, 1, 2, 3, 4], seconds.Select(second => second.Second));
        Assert.Equal(2, signal.Counters.Restarts);
        Assert.All(seconds, second => Assert.Equal(0, second.MissingShare[0]));
    }

    [Fact]
    public void Push_NewEpoch_LastSecondOfTheOldOneIsEmitted()
    {
        CollectedSeconds seconds = [];
        StreamSignal signal = new(Streams.Format(360), new StreamSignalOptions());
        signal.Push(Beats(0, 720), seconds);
        EcgFrame next = Beats(0, 1000);
        next.Epoch++;
        signal.Push(next, seconds);
        Assert.Equal([(1u, 0L), (1u, 1L), (2u, 0L), (2u, 1L)], seconds.Select(second => (second.Epoch, second.Second)));
    }

    [Fact]
    public void Constructor_FormatThatDoesNotFit_Refuses()
    {
        StreamSignalOptions options = new();
        StreamFormat good = Streams.Format(300, 2);
        Assert.Throws<ArgumentException>(() => new StreamSignal(good with { Baseline = [0] }, options));
        Assert.Throws<ArgumentException>(() => new StreamSignal(good with { MicrovoltsPerLsb = [1, 1, 1] }, options));
        Assert.Throws<ArgumentOutOfRangeException>(() => new StreamSignal(good with { SampleRateHz = 0 }, options));
        Assert.Throws<ArgumentException>(() => new StreamSignal(good, options with { MaxBridgedSeconds = double.NaN }));
        Assert.Throws<ArgumentException>(() => new StreamSignal(good, options with { MaxEmptySeconds = 0 }));
    }

    private static EcgFrame Beats(long first, int count) => Streams.Frame(first, count, 1, (lead, n) => Streams.Beats(360, lead, n));

    /// <summary>The same samples of two leads always; each third of a second meets its fate.</summary>
    private static (CollectedSeconds Seconds, StreamSignalCounters Counters) Run(double rate, int[] cuts, int[] fates)
    {
        CollectedSeconds seconds = [];
        StreamSignal signal = new(Streams.Format(rate, 2), new StreamSignalOptions());
        int block = (int)rate / 3;
        long total = (long)fates.Length * block;
        int cut = 0;
        for (long at = 0; at < total;)
        {
            long end = Math.Min(at + cuts[cut++ % cuts.Length], ((at / block) + 1) * block);
            int fate = fates[at / block];
            if (fate != Lost)
                signal.Push(Streams.Frame(at, (int)(end - at), 2, (lead, n) => Streams.Beats(rate, lead, n), (uint)fate), seconds);
            at = end;
        }

        signal.GiveUpHeld(seconds);
        return (seconds, signal.Counters);
    }

    private static void Same(CollectedSeconds expected, CollectedSeconds actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (int i = 0; i < expected.Count; i++)
        {
            Assert.Equal(expected[i].Second, actual[i].Second);
            Assert.Equal(expected[i].Present, actual[i].Present);
            Assert.Equal(expected[i].Flags, actual[i].Flags);
            Assert.Equal(expected[i].MissingShare, actual[i].MissingShare);
            Assert.True(expected[i].Samples.AsSpan().SequenceEqual(actual[i].Samples));
            Assert.Equal(expected[i].Context, actual[i].Context);
            Assert.Equal(expected[i].Qrs, actual[i].Qrs);
        }
    }
}
