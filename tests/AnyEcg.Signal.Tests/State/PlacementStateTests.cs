namespace AnyEcg.Signal.Tests;

/// <summary>Blocks are placed where they would have been, had nothing been saved and restored between them.</summary>
public sealed class PlacementStateTests
{
    private const int Seeds = 60;
    private const double Nominal = 130;

    [Fact]
    public void Exchange_RestoredAtAnyBlock_PlacesTheRestAlike()
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            List<Func<EcgFrame>> blocks = Blocks(seed);
            int cut = new Random(seed).Next(blocks.Count + 1);
            PositionTracker tracker = new(Nominal);
            foreach (Func<EcgFrame> block in blocks.Take(cut))
                tracker.Place(block());
            byte[] saved = Saved.Bytes(tracker);
            PositionTracker restored = Saved.Into(saved, new PositionTracker(Nominal));
            Assert.Equal([], StateLeaves.Differences(tracker, restored));
            Assert.Equal(saved, Saved.Bytes(restored));
            foreach (Func<EcgFrame> block in blocks.Skip(cut))
                Assert.Equal(Placed(tracker, block()), Placed(restored, block()));
            Assert.Equal([], StateLeaves.Differences(tracker, restored));
        }
    }

    [Fact]
    public void Exchange_OfTheBlocksHere_TouchesEveryFieldThatVaries()
    {
        TouchedFields fields = new();
        for (int seed = 0; seed < 6; seed++)
        {
            PositionTracker tracker = new(Nominal);
            Dictionary<string, StateLeaf> fresh = StateLeaves.Of(tracker);
            foreach (Func<EcgFrame> block in Blocks(seed))
            {
                tracker.Place(block());
                fields.Note(fresh, tracker);
            }
        }

        Assert.Empty(fields.Never);
    }

    /// <summary>Blocks of a device whose clock wanders, with losses, repeats, late ones and times that cannot be.</summary>
    internal static List<Func<EcgFrame>> Blocks(int seed)
    {
        Random random = new(seed);
        List<Func<EcgFrame>> blocks = [];
        long at = 1_700_000_000_000_000_000;
        for (int i = 0; i < 400; i++)
        {
            int count = random.Next(3) == 0 ? random.Next(20, 200) : 73;
            at += (long)(count / Nominal * 1e9) + (random.Next(15) == 0 ? random.NextInt64(5_000_000_000) : 0);
            at += random.Next(150) == 0 ? random.NextInt64(-1, 2) * 200_000_000_000_000 : 0;
            long time = at + random.NextInt64(-20_000_000, 20_000_000);
            (int Before, int After) valueless = (random.Next(10) / 9 * 5, random.Next(10) / 9 * 5);
            uint epoch = i < 350 ? 1u : 2u;
            blocks.Add(() => Block(time, count, epoch, valueless));
            if (random.Next(10) == 0)
                blocks.Add(blocks[random.Next(Math.Max(0, i - 10), i + 1)]);
            if (random.Next(10) == 0 && i > 5)
                (blocks[^1], blocks[^3]) = (blocks[^3], blocks[^1]);
        }

        return blocks;
    }

    private static (long First, uint Epoch, int Count, long TimeNs) Placed(PositionTracker tracker, EcgFrame frame)
    {
        tracker.Place(frame);
        return (frame.FirstSample, frame.Epoch, frame.SamplesPerLead, frame.DeviceTimeNs);
    }

    private static EcgFrame Block(long timeNs, int count, uint epoch, (int Before, int After) valueless)
    {
        EcgFrame frame = new() { Epoch = epoch, FirstSample = EcgFrame.Unplaced, DeviceTimeNs = timeNs, DeviceTimeMark = DeviceTimeMark.LastSample };
        frame.Resize(1, count);
        frame.Valueless = valueless;
        return frame;
    }
}
