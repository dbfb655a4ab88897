using FsCheck;
using FsCheck.Fluent;

namespace AnyEcg.Signal.Tests;

/// <summary>What is written of a beat is what a cardiologist would say of it, whatever gain, polarity or time it has.</summary>
public sealed class BeatTrackerTests
{
    private const int Seconds = 40;

    [Fact]
    public void Describe_RegularBeats_LookAlikeAndComeInTime()
    {
        foreach (Described beat in new Tracked(Ecg(0)).Run().Skip(10))
        {
            Assert.True(beat[BeatFeature.Likeness] > 0.97, $"likeness {beat[BeatFeature.Likeness]}");
            Assert.InRange(beat[BeatFeature.RrMed32], -0.03, 0.03);
            Assert.InRange(beat[BeatFeature.Amplitude], -0.1, 0.1);
            Assert.InRange(beat[BeatFeature.PLikeness], 0.8, 1);
        }
    }

    [Fact]
    public void Describe_WideEarlyBeat_IsEarlyWideAndUnlike()
    {
        Described[] beats = [.. new Tracked(Ecg(0, ectopicAt: 24.9)).Run()];
        Described ectopic = beats.MinBy(b => Math.Abs(b.Sample - (24.9 * 300)))!;
        Assert.True(ectopic[BeatFeature.RrMed32] < -0.2);
        Assert.True(ectopic[BeatFeature.Likeness] < 0.9);
        Assert.True(ectopic[BeatFeature.Spread] > 0.2);
        Assert.True(beats[^1][BeatFeature.Likeness] > 0.97, "One ectopic beat must not become the patient's own shape.");
    }

    [Fact]
    public void Describe_AnyGainPolarityAndStart_SaysTheSame() => Prop.ForAll(
        Gen.Choose(50, 200).ToArbitrary(), Gen.Elements(-1, 1).ToArbitrary(), Gen.Choose(0, 1_000_000).ToArbitrary(), (percent, sign, start) =>
        {
            float[] signal = Ecg(3, ectopicAt: 24.9);
            Described[] plain = [.. new Tracked(signal).Run()];
            Described[] changed = [.. new Tracked([.. signal.Select(v => v * percent / 100f * sign)], start).Run()];
            for (int i = 0; i < plain.Length; i++)
            {
                for (int f = 0; f < BeatFeatures.Count; f++)
                    Assert.True(Math.Abs(plain[i].Row[f] - changed[i].Row[f]) < 0.02, $"beat {i}, {BeatFeatures.Names[f]}: {plain[i].Row[f]} and {changed[i].Row[f]}");
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Take_NewEpoch_ForgetsThePatient()
    {
        Tracked tracked = new(Ecg(0));
        tracked.Run();
        Described first = tracked.Run(epoch: 2)[0];
        Assert.Equal(0, first[BeatFeature.Known]);
        Assert.Equal(0, first[BeatFeature.Share]);
        Assert.Equal(1, first[BeatFeature.Likeness]);
    }

    [Fact]
    public void Skip_OneSecond_BreaksTheIntervalAndKeepsTheShape()
    {
        Tracked tracked = new(Ecg(0)) { Skipped = 20 };
        Described next = tracked.Run().First(b => b.Sample >= 21 * 300);
        Assert.Equal(0, next[BeatFeature.Known]);
        Assert.True(next[BeatFeature.Likeness] > 0.97);
        Assert.True(next[BeatFeature.Share] > 0.9);
    }

    [Fact]
    public void Describe_LeadsOfOneRow_ShareWhatIsOfTheHeart()
    {
        BeatTracker tracker = new(2);
        PatchSecond second = new(2) { Present = 3 };
        Ecg(0).AsSpan(0, 300).CopyTo(second.Lead(0));
        tracker.Take(second);
        float[] rows = new float[2 * BeatFeatures.Count];
        Assert.Equal(2, tracker.Describe(new BeatCandidate(150, 0.7f), rows));
        Assert.Equal(rows[..BeatFeatures.SharedCount], rows[BeatFeatures.Count..(BeatFeatures.Count + BeatFeatures.SharedCount)]);
        Assert.DoesNotContain(rows, v => !float.IsFinite(v));
    }

    [Fact]
    public void Describe_AnySignal_IsFiniteAndAllocatesNothing()
    {
        BeatTracker tracker = new(1);
        PatchSecond second = new(1);
        float[] rows = new float[BeatFeatures.Count];
        Random random = new(7);
        long before = 0;
        for (int k = 0; k < 200; k++)
        {
            second.Second = k;
            second.Present = random.Next(8) == 0 ? 0u : 1u;
            for (int i = 0; i < 300; i++)
                second.Samples[i] = random.Next(4) == 0 ? 0 : (float)((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-6, 1)));
            tracker.Take(second);
            if (second.Present != 0)
            {
                tracker.Describe(new BeatCandidate((300 * k) - 60 + random.Next(300), 0.5f), rows);
                tracker.Admit();
            }

            Assert.True(Array.TrueForAll(rows, float.IsFinite));
            before = k == 100 ? GC.GetAllocatedBytesForCurrentThread() : before;
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static float[] Ecg(int seed, double ectopicAt = 0)
    {
        SyntheticEcg ecg = new(Seconds * 300, seed);
        if (ectopicAt <= 0)
            return ecg.Train(75, 0, Seconds).Noise(0.005).Samples;
        ecg.Train(75, 0, ectopicAt - 0.3).Train(75, ectopicAt + 0.6, Seconds);
        for (int i = -45; i < 60; i++)
            ecg.Samples[(int)(ectopicAt * 300) + i] += (float)(1.3 * Math.Sin(i / 9.0) * Math.Exp(-0.5 * Math.Pow(i / 15.0, 2)));
        return ecg.Noise(0.005).Samples;
    }

    private sealed record Described(long Sample, float[] Row)
    {
        public float this[BeatFeature feature] => Row[(int)feature];
    }

    /// <summary>A lead whose highest places are its candidates, all of them beats.</summary>
    private sealed class Tracked(float[] signal, long start = 0)
    {
        private readonly BeatTracker tracker = new(1);
        private readonly PatchSecond second = new(1);
        private readonly float[] row = new float[BeatFeatures.Count];

        public int Skipped { get; init; } = -1;

        public List<Described> Run(uint epoch = 1)
        {
            List<Described> all = [];
            for (int k = 0; k < Seconds; k++)
            {
                (second.Epoch, second.Second, second.Present) = (epoch, start + k, 1);
                signal.AsSpan(k * 300, 300).CopyTo(second.Samples);
                if (k == Skipped)
                {
                    tracker.Skip(second);
                    continue;
                }

                tracker.Take(second);
                foreach (int place in Peaks((300 * k) - 60, (300 * k) + 240))
                {
                    tracker.Describe(new BeatCandidate((start * 300) + place, 1), row);
                    tracker.Admit();
                    all.Add(new Described(place, [.. row]));
                }
            }

            return all;
        }

        private IEnumerable<int> Peaks(int from, int to)
        {
            float tall = 0.6f * signal.Max(Math.Abs);
            for (int i = Math.Max(from, 60); i < Math.Min(to, signal.Length - 60); i++)
            {
                float height = Math.Abs(signal[i]);
                if (height > tall && height >= signal.Skip(i - 60).Take(121).Max(Math.Abs))
                    yield return i;
            }
        }
    }
}
