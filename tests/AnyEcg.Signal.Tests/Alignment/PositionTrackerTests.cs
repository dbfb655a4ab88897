using FsCheck;
using FsCheck.Fluent;

namespace AnyEcg.Signal.Tests;

/// <summary>Blocks of a device whose clock is the true time and whose rate is a little off, as they may arrive.</summary>
public sealed class PositionTrackerTests
{
    private const double Nominal = 130;
    private const long Start = 1_700_000_000_000_000_000;

    private sealed record Block(long TimeNs, long First, int Count);

    [Fact]
    public void Place_NothingLost_IsContiguousWhateverRateJitterAndSizes() => Prop.ForAll(Seeds(), seed =>
    {
        Random random = new(seed);
        Block[] sent = Device(random, 400, rateError: Spread(random, 0.01), jitter: 0.02, () => random.Next(20, 200));
        AssertOffset(sent, Placed(sent));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Place_ValuesMissingAtTheEdges_MovesNothing() => Prop.ForAll(Seeds(), seed =>
    {
        Random random = new(seed);
        PositionTracker tracker = new(Nominal);
        long? offset = null;
        foreach (Block block in Device(random, 300, Spread(random, 0.01), 0.02, () => random.Next(20, 200)))
        {
            int before = random.Next(2) * random.Next(block.Count / 2), after = random.Next(2) * random.Next(block.Count / 2);
            EcgFrame frame = Frame(block with { Count = block.Count - before - after, TimeNs = block.TimeNs - (long)(after / Nominal * 1e9) });
            frame.Valueless = (before, after);
            tracker.Place(frame);
            offset ??= frame.FirstSample - block.First - before;
            Assert.Equal(block.First + before + offset, frame.FirstSample);
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Place_NotificationsLost_GivesGapsExactToTheSample() => Prop.ForAll(Seeds(), seed =>
    {
        Random random = new(seed);
        Block[] sent = Device(random, 400, Spread(random, 0.01), 0.05, () => 73);
        Block[] came = [.. Losing(random, sent, longest: 10)];
        AssertOffset(came, Placed(came));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Place_RepeatedAndReordered_GivesEveryBlockThePlaceItHasInOrder() => Prop.ForAll(Seeds(), seed =>
    {
        Random random = new(seed);
        Block[] came = [.. Losing(random, Device(random, 300, Spread(random, 0.01), 0.02, () => 73), 3)];
        List<Block> shuffled = [.. came];
        for (int i = 1; i + 4 < shuffled.Count; i += 4)
            random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(shuffled)[i..(i + 3)]);
        for (int i = 0; i < 60; i++)
            shuffled.Insert(random.Next(shuffled.Count / 2, shuffled.Count), shuffled[random.Next(1, shuffled.Count / 2)]);
        AssertOffset([.. shuffled], Placed(shuffled));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Place_UnevenBlocksLostAndReordered_NeverOverlapEachOther() => Prop.ForAll(Seeds(), seed =>
    {
        Random random = new(seed);
        List<Block> came = [.. Losing(random, Device(random, 300, Spread(random, 0.01), 0.02, () => random.Next(40, 100)), 3)];
        for (int i = 1; i + 4 < came.Count; i += 4)
            random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(came)[i..(i + 3)]);
        EcgFrame[] all = Placed(came);
        // A block whose hole was taken for much shorter than it is has no place any more: seldom, and then late, not wrong.
        EcgFrame[] late = [.. all.Where((f, i) => i > 0 && f.FirstSample < all[..i].Max(o => o.FirstSample) - (59 * Nominal))];
        Assert.InRange(late.Length, 0, 3);
        (long First, int Count)[] placed = [.. all.Except(late).Select(f => (f.FirstSample, f.SamplesPerLead)).OrderBy(b => b.FirstSample)];
        Assert.All(placed.Zip(placed[1..]), pair => Assert.True(pair.First.First + pair.First.Count <= pair.Second.First));
        // Gaps of unknown blocks are as good as the clock: 1 % of them before the true rate is known.
        Assert.InRange(placed[^1].First - placed[0].First, TrueSpan(came) - 220, TrueSpan(came) + 220);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Place_SmallLossInEveryBlock_IsSeenInSum()
    {
        // Five of 73 samples lost each time: less than the tolerance, but 7 % in the long run.
        Block[] sent = [.. Enumerable.Range(0, 200).Select(i => new Block(At((i + 1) * 73 / Nominal), i * 73, 68))];
        EcgFrame[] placed = [.. Placed(sent)];
        Assert.InRange(placed[^1].FirstSample - placed[0].FirstSample, (199 * 73) - (0.045 * 199 * 73), 199 * 73);
        Assert.Contains(placed.Zip(placed[1..]), pair => pair.Second.FirstSample > pair.First.FirstSample + pair.First.SamplesPerLead);
    }

    [Fact]
    public void Place_FirstBlockAfterAStart_LiesWhereItsTimeSays()
    {
        Block[] sent = Device(new Random(1), 50, 0, 0, () => 73);
        EcgFrame early = Placed(sent)[30], late = Placed(sent[30..])[0];
        Assert.InRange(late.FirstSample - early.FirstSample, -1, 1);
    }

    [Fact]
    public void Place_TimeGoesBack_IsLateTwiceThenANewEpoch()
    {
        Block[] before = Device(new Random(1), 40, 0, 0, () => 73);
        Block[] after = [.. before.Take(10).Select(b => b with { TimeNs = b.TimeNs - 3_600_000_000_000 })];
        PositionTracker tracker = new(Nominal);
        EcgFrame[] first = [.. before.Select(b => Place(tracker, b))], second = [.. after.Select(b => Place(tracker, b))];
        Assert.All(first, f => Assert.Equal(5u, f.Epoch));
        Assert.Equal([5u, 5u, 6u, 6u], second[..4].Select(f => f.Epoch));
        Assert.All(second[..2], f => Assert.InRange(f.FirstSample, 0, first[0].FirstSample - 1));
        Assert.Equal(second[2].FirstSample + 73, second[3].FirstSample);
        Assert.Equal(1u, tracker.Restarts);
    }

    [Fact]
    public void Place_OneWrongStamp_HealsWithinThreeBlocks()
    {
        PositionTracker tracker = new(Nominal);
        Block[] sent = Device(new Random(1), 40, 0, 0, () => 73);
        sent[10] = sent[10] with { TimeNs = sent[10].TimeNs + 40L * 86_400_000_000_000 };
        EcgFrame[] placed = [.. sent.Select(b => Place(tracker, b))];
        Assert.Equal(2u, tracker.Restarts);
        Assert.Equal(placed[13].FirstSample + 73, placed[14].FirstSample);
        Assert.All(placed[13..], f => Assert.Equal(7u, f.Epoch));
    }

    [Fact]
    public void Place_NewEpochFromTheDescriptor_IsAlwaysHigher()
    {
        PositionTracker tracker = new(Nominal);
        Block[] sent = Device(new Random(1), 10, 0, 0, () => 73);
        Assert.Equal(5u, Place(tracker, sent[9]).Epoch);
        Assert.All(sent[..3], b => Place(tracker, b));
        EcgFrame next = Frame(sent[0] with { TimeNs = 0 });
        next.Epoch = 6;
        tracker.Place(next);
        Assert.Equal((7u, 0L), (next.Epoch, next.FirstSample));
    }

    [Fact]
    public void Place_OverlappingWindowsByTimeOfTheFirstSample_LieOnEachOther()
    {
        PositionTracker tracker = new(250);
        long[] firsts = [.. Enumerable.Range(0, 8).Select(i =>
        {
            EcgFrame frame = Frame(new Block(Start + (i * 5_000_000_000L), 0, 2500));
            frame.DeviceTimeMark = DeviceTimeMark.FirstSample;
            tracker.Place(frame);
            return frame.FirstSample;
        })];
        Assert.All(firsts.Zip(firsts[1..]), pair => Assert.Equal(1250, pair.Second - pair.First));
    }

    [Fact]
    public void Place_AnyTimesInAnyOrder_NeverThrowsAndNeverGoesBelowZero() => Prop.ForAll(Seeds(), seed =>
    {
        Random random = new(seed);
        PositionTracker tracker = new(Nominal);
        long[] extremes = [long.MinValue, long.MaxValue, 0, -1, Start];
        for (int i = 0; i < 500; i++)
        {
            long time = random.Next(4) == 0 ? extremes[random.Next(extremes.Length)] : Start + random.NextInt64(-20_000_000_000, 20_000_000_000);
            EcgFrame frame = Frame(new Block(time, 0, random.Next(1, 300)));
            frame.DeviceTimeMark = (DeviceTimeMark)random.Next(1, 3);
            tracker.Place(frame);
            Assert.InRange(frame.FirstSample, 0, 1L << 48);
            Assert.InRange(frame.SamplesPerLead, 1, 300);
        }
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0, 2, new float[] { 1, 2, 4, 5 })]
    [InlineData(1, 2, new float[] { 2, 3, 5, 6 })]
    [InlineData(0, 3, new float[] { 1, 2, 3, 4, 5, 6 })]
    public void Slice_TwoLeads_KeepsTheSameRunOfBoth(int from, int count, float[] left)
    {
        EcgFrame frame = new();
        frame.Resize(2, 3);
        ((float[])[1, 2, 3, 4, 5, 6]).CopyTo(frame.Samples);
        frame.Slice(from, count);
        Assert.Equal(left, frame.Samples.ToArray());
    }

    private static FsCheck.Arbitrary<int> Seeds() => ArbMap.Default.ArbFor<int>();

    private static double Spread(Random random, double most) => ((2 * random.NextDouble()) - 1) * most;

    private static long At(double seconds) => Start + (long)Math.Round(seconds * 1e9);

    /// <summary>Blocks with the time of their last sample.</summary>
    private static Block[] Device(Random random, int blocks, double rateError, double jitter, Func<int> size)
    {
        double rate = Nominal * (1 + rateError);
        long first = 0;
        List<Block> sent = [];
        for (int i = 0; i < blocks; i++)
        {
            int count = size();
            // Stamps wander less than what would let them overtake each other.
            double wander = Math.Min(jitter, count / rate / 4);
            sent.Add(new Block(At(((first + count - 1) / rate) + Spread(random, wander)), first, count));
            first += count;
        }

        return [.. sent];
    }

    /// <summary>Without some blocks, up to so many in a row; the first stays, since it sets the origin.</summary>
    private static IEnumerable<Block> Losing(Random random, Block[] sent, int longest)
    {
        for (int i = 0; i < sent.Length; i++)
        {
            yield return sent[i];
            i += random.Next(8) == 0 ? random.Next(1, longest + 1) : 0;
        }
    }

    private static long TrueSpan(List<Block> blocks) => blocks.Max(b => b.First) - blocks[0].First;

    private static EcgFrame[] Placed(IEnumerable<Block> blocks)
    {
        PositionTracker tracker = new(Nominal);
        return [.. blocks.Select(b => Place(tracker, b))];
    }

    private static EcgFrame Place(PositionTracker tracker, Block block)
    {
        EcgFrame frame = Frame(block);
        tracker.Place(frame);
        return frame;
    }

    private static EcgFrame Frame(Block block)
    {
        EcgFrame frame = new() { Epoch = 5, FirstSample = EcgFrame.Unplaced, DeviceTimeNs = block.TimeNs, DeviceTimeMark = DeviceTimeMark.LastSample };
        frame.Resize(1, block.Count);
        return frame;
    }

    private static void AssertOffset(Block[] blocks, EcgFrame[] placed)
    {
        long offset = placed[0].FirstSample - blocks[0].First;
        Assert.All(blocks.Zip(placed), pair => Assert.Equal(pair.First.First + offset, pair.Second.FirstSample));
        Assert.All(blocks.Zip(placed), pair => Assert.Equal(pair.First.Count, pair.Second.SamplesPerLead));
    }
}
