namespace AnyEcg.Signal.Tests;

/// <summary>A tracker of beats that is saved and restored anywhere goes on to the last bit, also between a beat and its admission.</summary>
public sealed class BeatStateTests
{
    private const int Seeds = 24;

    [Fact]
    public void Exchange_RestoredAtAnyStep_GoesOnBitIdentical()
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            (int leads, List<Action<BeatTracker, List<float>>> steps) = Steps(seed);
            int cut = new Random(seed).Next(steps.Count + 1);
            List<float> expected = [], actual = [];
            BeatTracker tracker = new(leads);
            steps.Take(cut).ToList().ForEach(step => step(tracker, []));
            byte[] saved = Saved.Bytes(tracker);
            BeatTracker restored = Saved.Into(saved, new BeatTracker(leads));
            Assert.Equal([], StateLeaves.Differences(tracker, restored));
            Assert.Equal(saved, Saved.Bytes(restored));
            foreach (Action<BeatTracker, List<float>> step in steps.Skip(cut))
            {
                step(tracker, expected);
                step(restored, actual);
            }

            Assert.Equal(expected.Select(BitConverter.SingleToInt32Bits), actual.Select(BitConverter.SingleToInt32Bits));
            Assert.Equal([], StateLeaves.Differences(tracker, restored));
        }
    }

    [Fact]
    public void Exchange_OfTheStreamsHere_TouchesEveryFieldThatVaries()
    {
        TouchedFields fields = new();
        for (int seed = 0; seed < Seeds; seed++)
        {
            (int leads, List<Action<BeatTracker, List<float>>> steps) = Steps(seed);
            Random random = new(seed);
            BeatTracker tracker = new(leads);
            Dictionary<string, StateLeaf> fresh = StateLeaves.Of(tracker);
            foreach (Action<BeatTracker, List<float>> step in steps)
            {
                step(tracker, []);
                if (random.Next(steps.Count) < 3)
                    fields.Note(fresh, tracker);
            }
        }

        Assert.Empty(fields.Never);
    }

    [Fact]
    public void Exchange_OtherLeads_IsRefused() =>
        Assert.Throws<InvalidDataException>(() => Saved.Into(Saved.Bytes(new BeatTracker(1)), new BeatTracker(2)));

    /// <summary>What is done with the seconds of a stream: taken or skipped, their beats described, most of them admitted.</summary>
    internal static (int Leads, List<Action<BeatTracker, List<float>>> Steps) Steps(int seed)
    {
        RandomStream stream = new(seed);
        Random random = new(seed);
        CollectedSeconds seconds = [];
        StreamSignal signal = stream.NewSignal();
        foreach (EcgFrame? step in stream.Steps)
            RandomStream.Take(signal, step, seconds);
        List<Action<BeatTracker, List<float>>> steps = [];
        foreach (PatchSecond second in seconds)
        {
            bool skipped = random.Next(15) == 0;
            steps.Add((tracker, _) => (skipped ? (Action<PatchSecond>)tracker.Skip : tracker.Take)(second));
            foreach (QrsDetection beat in second.Qrs)
            {
                steps.Add((tracker, rows) => Describe(tracker, beat.Sample, rows, stream.Leads));
                if (random.Next(4) != 0)
                    steps.Add((tracker, _) => tracker.Admit());
            }
        }

        return (stream.Leads, steps);
    }

    private static void Describe(BeatTracker tracker, long sample, List<float> rows, int leads)
    {
        float[] written = new float[leads * BeatFeatures.Count];
        tracker.Describe(new BeatCandidate(sample, 0.6f), written);
        rows.AddRange(written);
    }
}
