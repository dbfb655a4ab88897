using AnyEcg.Recordings;
using AnyEcg.Signal;
using FsCheck;
using FsCheck.Fluent;

namespace AnyEcg.Simulator.Tests;

public sealed class SyntheticEcgTests
{
    private static readonly SyntheticOptions Mixed = new()
    {
        Leads = ["II", "V1", "V5"],
        Programme =
        [
            new() { Rhythm = SyntheticRhythm.Sinus, Seconds = 8, VentricularEvery = 4, SupraventricularEvery = 5 },
            new() { Rhythm = SyntheticRhythm.AtrialFibrillation, Seconds = 5.3, Rate = 95 },
            new() { Rhythm = SyntheticRhythm.VentricularFibrillation, Seconds = 3.1 },
            new() { Rhythm = SyntheticRhythm.Asystole, Seconds = 4 },
            new() { Rhythm = SyntheticRhythm.Paced, Seconds = 4, Rate = 60 },
            new() { Rhythm = SyntheticRhythm.DroppedBeats, Seconds = 6 },
            new() { Rhythm = SyntheticRhythm.VentricularTachycardia, Seconds = 4, Rate = 180 },
        ],
    };

    /// <summary>However the stream is cut into blocks, every sample has the same bits.</summary>
    [Fact]
    public void Read_AnyCut_GivesTheSameSamples()
    {
        float[] whole = ReadAll(Mixed, 7, _ => 100_000);
        Prop.ForAll(
            Gen.Choose(1, 700).NonEmptyListOf().ToArbitrary(),
            cuts => ReadAll(Mixed, 7, i => cuts[i % cuts.Count]).AsSpan().SequenceEqual(whole))
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Read_SameSeedIsTheSame_AnotherIsNot()
    {
        Assert.Equal(ReadAll(Mixed, 1, _ => 250), ReadAll(Mixed, 1, _ => 250));
        Assert.NotEqual(ReadAll(Mixed, 1, _ => 250), ReadAll(Mixed, 2, _ => 250));
    }

    [Fact]
    public void Beats_OfEveryRhythm_StayWithinItAndAscend()
    {
        for (int seed = 0; seed < 50; seed++)
        {
            BeatPlan plan = new(Mixed, seed);
            PlacedSegment[] segments = [.. plan.Segments()];
            PlannedBeat[] beats = [.. plan.Beats()];
            Assert.All(beats.Zip(beats.Skip(1)), pair => Assert.True(pair.First.Seconds < pair.Second.Seconds));
            Assert.Equal(
                [8.0, 5.3, 3.1, 4, 4, 6, 4], segments.Select(s => Math.Round((s.End - s.First) / 250.0, 2)));
            foreach (PlannedBeat beat in beats)
            {
                long sample = (long)Math.Round(beat.Seconds * 250);
                PlacedSegment own = segments.Single(s => sample >= s.First && sample < s.End);
                Assert.NotEqual(SyntheticRhythm.Asystole, own.Segment.Rhythm);
                Assert.NotEqual(SyntheticRhythm.VentricularFibrillation, own.Segment.Rhythm);
                if (own.Segment.Rhythm == SyntheticRhythm.VentricularTachycardia)
                    Assert.Equal(AnnotationCode.PrematureVentricular, beat.Code);
            }
        }
    }

    [Theory]
    [InlineData(SyntheticRhythm.Sinus, 30)]
    [InlineData(SyntheticRhythm.Sinus, 72)]
    [InlineData(SyntheticRhythm.Sinus, 150)]
    [InlineData(SyntheticRhythm.AtrialFibrillation, 90)]
    [InlineData(SyntheticRhythm.SupraventricularTachycardia, 190)]
    [InlineData(SyntheticRhythm.VentricularTachycardia, 170)]
    [InlineData(SyntheticRhythm.Paced, 60)]
    public void Beats_OfARate_HaveIt(SyntheticRhythm rhythm, double rate)
    {
        PlannedBeat[] beats = Beats(new RhythmSegment { Rhythm = rhythm, Seconds = 600, Rate = rate });
        double mean = 60 * (beats.Length - 1) / (beats[^1].Seconds - beats[0].Seconds);
        Assert.InRange(mean, 0.98 * rate, 1.02 * rate);
    }

    [Fact]
    public void Beats_OfAtrialFibrillation_AreIrregularAndThoseOfSinusAreNot()
    {
        Assert.InRange(Variation(SyntheticRhythm.AtrialFibrillation), 0.15, 0.3);
        Assert.InRange(Variation(SyntheticRhythm.Sinus), 0.01, 0.04);
    }

    [Fact]
    public void Beats_Pause_HasItsLength()
    {
        PlannedBeat[] beats = Beats(new RhythmSegment { Rhythm = SyntheticRhythm.Sinus, Seconds = 60, PauseAt = 20, PauseSeconds = 3.5 });
        double[] intervals = Intervals(beats);
        Assert.Equal(3.5, intervals.Max(), 0.1);
        Assert.Single(intervals, interval => interval > 2);
        Assert.InRange(beats[Array.IndexOf(intervals, intervals.Max())].Seconds, 18.5, 20);
    }

    [Fact]
    public void Beats_Runs_AreFastEnoughAndAsLongAsAsked()
    {
        PlannedBeat[] beats = Beats(new RhythmSegment { Rhythm = SyntheticRhythm.Sinus, Seconds = 60, VentricularEvery = 20, VentricularRun = 5 });
        string codes = string.Concat(beats.Select(b => b.Code == AnnotationCode.PrematureVentricular ? 'V' : 'N'));
        Assert.Contains("NVVVVVN", codes, StringComparison.Ordinal);
        Assert.DoesNotContain("VVVVVV", codes, StringComparison.Ordinal);
        int first = codes.IndexOf('V', StringComparison.Ordinal);
        Assert.True(60 * 4 / (beats[first + 4].Seconds - beats[first].Seconds) > 100);
    }

    [Fact]
    public void Beats_Dropped_LeaveAPWaveAlone()
    {
        PlannedBeat[] beats = Beats(new RhythmSegment { Rhythm = SyntheticRhythm.DroppedBeats, Seconds = 30, DropEvery = 3 });
        Assert.Equal(beats.Length / 3, beats.Count(b => b.Code == AnnotationCode.NonConductedPWave));
    }

    /// <summary>The model's peak lies where the plan says, in the lead that sees it best.</summary>
    [Fact]
    public void Read_Sinus_PeaksWhereThePlanSays()
    {
        SyntheticOptions options = new() { Programme = [new() { Rhythm = SyntheticRhythm.Sinus, Seconds = 30 }], AmplifierMicrovolts = 1 };
        float[] samples = ReadAll(options, 3, _ => 1_000);
        foreach (PlannedBeat beat in new BeatPlan(options, 3).Beats().Where(b => b.Seconds > 0.1))
        {
            int at = (int)Math.Round(beat.Seconds * 250);
            int from = at - 12, count = Math.Min(25, samples.Length - from);
            int peak = from + samples.AsSpan(from, count).IndexOf(samples.AsSpan(from, count).ToArray().Max());
            Assert.InRange(peak - at, -2, 2);
            Assert.InRange(samples[peak] * options.MicrovoltsPerLsb, 1_000, 1_400);
        }
    }

    [Fact]
    public void Read_Asystole_IsNearlyFlatButNeverConstant()
    {
        SyntheticOptions options = new() { Programme = [new() { Rhythm = SyntheticRhythm.Asystole, Seconds = 20 }] };
        float[] samples = ReadAll(options, 3, _ => 1_000);
        Assert.True(samples.Max() - samples.Min() < 120 / options.MicrovoltsPerLsb);
        Assert.DoesNotContain(samples.Chunk(25), chunk => chunk.All(x => x == chunk[0]));
    }

    [Fact]
    public void Segments_TrueRate_AreCountedInTrueTime()
    {
        SyntheticOptions options = new() { SampleRateHz = 130, RateErrorPercent = 1, Programme = [new() { Rhythm = SyntheticRhythm.Sinus, Seconds = 100 }] };
        Assert.Equal(13_130, new BeatPlan(options, 1).Segments().Single().End);
        Assert.Equal(13_130, ReadAll(options, 1, _ => 999).Length);
    }

    [Fact]
    public void Segments_Repeating_GoOn()
    {
        SyntheticOptions options = Mixed with { Repeat = true };
        PlacedSegment[] segments = [.. new BeatPlan(options, 1).Segments().Take(20)];
        Assert.All(segments.Zip(segments.Skip(1)), pair => Assert.Equal(pair.First.End, pair.Second.First));
        Assert.Equal(20, segments.Select(s => s.Number).Distinct().Count());
    }

    [Fact]
    public void Rewind_GivesTheSameSamplesAgain()
    {
        using SyntheticFrames frames = new(Mixed, 5, new FrameSourceOptions());
        EcgFrame frame = new();
        Assert.True(frames.TryNext(frame));
        float[] first = frame.Samples.ToArray();
        Assert.True(frames.TryNext(frame));
        frames.Rewind(9, null);
        Assert.True(frames.TryNext(frame));
        Assert.Equal(first, frame.Samples.ToArray());
        Assert.Equal((9u, 0L), (frame.Epoch, frame.FirstSample));
    }

    [Fact]
    public void Constructor_BadOptions_NamesThemAll()
    {
        ArgumentException fault = Assert.Throws<ArgumentException>(() => new SyntheticFrames(
            new SyntheticOptions { Leads = ["X"], SampleRateHz = 10, Programme = [new() { Rhythm = SyntheticRhythm.Sinus, Seconds = -1, Rate = 5 }] },
            1,
            new FrameSourceOptions()));
        foreach (string part in (string[])["leads", "sampleRateHz", "programme[0].seconds", "programme[0].rate"])
            Assert.Contains(part, fault.Message, StringComparison.Ordinal);
    }

    private static PlannedBeat[] Beats(RhythmSegment segment) => [.. new BeatPlan(new SyntheticOptions { Programme = [segment] }, 11).Beats()];

    private static double[] Intervals(PlannedBeat[] beats) => [.. beats.Zip(beats.Skip(1)).Select(pair => pair.Second.Seconds - pair.First.Seconds)];

    private static double Variation(SyntheticRhythm rhythm)
    {
        double[] intervals = Intervals(Beats(new RhythmSegment { Rhythm = rhythm, Seconds = 600, Rate = 80 }));
        double mean = intervals.Average();
        return Math.Sqrt(intervals.Average(i => (i - mean) * (i - mean))) / mean;
    }

    /// <summary>Lead after lead within each sample, so that cuts do not show.</summary>
    private static float[] ReadAll(SyntheticOptions options, int seed, Func<int, int> cut)
    {
        using SyntheticEcg ecg = new(options, seed);
        List<float> all = [];
        int leads = options.Leads.Length;
        for (int i = 0; ; i++)
        {
            int stride = cut(i);
            float[] block = new float[leads * stride];
            int read = ecg.Read(block, stride);
            for (int sample = 0; sample < read; sample++)
            {
                for (int lead = 0; lead < leads; lead++)
                    all.Add(block[(lead * stride) + sample]);
            }

            if (read < stride)
                return [.. all];
        }
    }
}
