namespace AnyEcg.Signal.Tests;

/// <summary>Blocks of samples are looked at as one by one.</summary>
public sealed class QrsBlocksTests
{
    private const int Rate = PatchSecond.ModelRateHz;

    [Fact]
    public void Push_AnyBlocks_FindsAndMeasuresTheSame()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            Random random = new(seed);
            float[] samples = new SyntheticEcg(40 * Rate, seed)
                .Train(random.Next(30, 200), 0, 20, 0.2 + random.NextDouble()).Train(random.Next(30, 90), 24, 40).Noise(0.02 + (0.1 * random.NextDouble())).Samples;
            (List<QrsDetection> single, float[] one) = Run(samples, _ => 1);
            (List<QrsDetection> blocks, float[] many) = Run(samples, left => Math.Min(left, random.Next(1, 200)));
            Assert.True(single.Count > 15);
            Assert.Equal(single, blocks);
            Assert.Equal(one, many);
        }
    }

    [Fact]
    public void Find_AnyValues_NamesThePeaksOfOneByOne()
    {
        Random random = new(3);
        double[] values = [.. Enumerable.Range(0, 5000).Select(i => Math.Abs(Math.Sin(i * 0.02)) * random.Next(1, 4) + (random.Next(9) == 0 ? 1 : 0))];
        (PeakPicker whole, PeakPicker single) = (new PeakPicker(), new PeakPicker());
        whole.Reset();
        single.Reset();
        List<(int, double)> expected = [], found = [];
        for (int i = 0; i < values.Length; i++)
        {
            if (single.Find(values.AsSpan(i, 1), 0, out double peak) == 0)
                expected.Add((i, peak));
        }

        for (int at = 0; at < values.Length; at++)
        {
            at = whole.Find(values, at, out double peak);
            if (at < values.Length)
                found.Add((at, peak));
        }

        Assert.True(expected.Count > 20);
        Assert.Equal(expected, found);
        Assert.All(found, peak => Assert.Equal(peak.Item2, values[peak.Item1 - PeakPicker.Refractory]));
    }

    private static (List<QrsDetection> Found, float[] Features) Run(float[] samples, Func<int, int> size)
    {
        QrsDetector detector = new(0);
        List<QrsDetection> found = [];
        float[] features = new float[samples.Length];
        for (int at = 0; at < samples.Length;)
        {
            int take = size(samples.Length - at);
            detector.Push(samples.AsSpan(at, take), at, features.AsSpan(at, take), found);
            at += take;
        }

        return (found, features);
    }
}
