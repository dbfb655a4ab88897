using AnyEcg.Signal;
using FsCheck;
using FsCheck.Fluent;

namespace AnyEcg.Simulator.Tests;

public sealed class SignalFaultsTests
{
    private const int Rate = 250;

    private static readonly DeviceFaultOptions Many = new()
    {
        Noise =
        [
            new(NoiseKind.BaselineWander, 1, 9, 6), new(NoiseKind.Muscle, 2, 8, 12),
            new(NoiseKind.ElectrodeMotion, 0, 10, 0), new(NoiseKind.Hum, 3.3, 20, 10),
        ],
        Electrodes = [new(4.1, 5.2, ElectrodeSignal.Floating), new(6, 7, ElectrodeSignal.Saturated) { Leads = [0], Flagged = false }],
    };

    /// <summary>However the stream is cut into frames, every sample has the same bits.</summary>
    [Fact]
    public void Apply_AnyCut_GivesTheSameSamples()
    {
        float[] whole = Play(Many, 10);
        Prop.ForAll(
            Gen.Choose(1, 100).ToArbitrary(),
            tenths => Play(Many, tenths / 10.0).AsSpan().SequenceEqual(whole)).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(NoiseKind.BaselineWander)]
    [InlineData(NoiseKind.Muscle)]
    [InlineData(NoiseKind.ElectrodeMotion)]
    [InlineData(NoiseKind.Hum)]
    public void Noise_OfAnyKind_HasThePowerAskedFor(NoiseKind kind)
    {
        double[] powers = new double[20];
        for (int seed = 0; seed < powers.Length; seed++)
        {
            NoiseProcess noise = new(new NoiseFault(kind, 0, 1, 0), Rate, SeededNoise.For(seed, "test"));
            powers[seed] = Enumerable.Range(0, 300 * Rate).Average(i => Square(noise.Next(i)));
        }

        Assert.InRange(powers.Average(), 0.9, 1.1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(6)]
    [InlineData(18)]
    public void Noise_AtARatio_IsThatMuchBelowTheSignal(double snr)
    {
        DeviceFaultOptions faults = new() { Noise = [new(NoiseKind.Muscle, 0, 120, snr)] };
        float[] clean = Play(new DeviceFaultOptions(), 1, 120), noisy = Play(faults, 1, 120);
        using SyntheticFrames source = Source(120);
        double power = clean.Zip(noisy).Average(pair => Square(pair.First - pair.Second));

        // Both leads together: the mean of their powers.
        double[] size = SignalSize.Measure(source);
        double signal = size.Average(height => Square(height) / 8);
        Assert.Equal(snr, 10 * Math.Log10(signal / power), 0.7);
    }

    [Fact]
    public void Electrodes_WithoutContact_ShowWhatTheyShow()
    {
        DeviceFaultOptions faults = new()
        {
            Electrodes = [new(2, 3), new(4, 5, ElectrodeSignal.Saturated) { Leads = [1], Flagged = false }],
        };
        float[] samples = Play(faults, 1);
        Assert.All(samples[(2 * 2 * Rate)..(2 * 3 * Rate)], sample => Assert.Equal(0, sample));
        float[] second = samples[(2 * 4 * Rate)..(2 * 5 * Rate)];
        Assert.All(second.Where((_, i) => i % 2 == 1), sample => Assert.Equal(short.MaxValue, sample));
        Assert.All(second.Where((_, i) => i % 2 == 0), sample => Assert.NotEqual(short.MaxValue, sample));
    }

    [Fact]
    public void Noise_FromARecord_IsThatRecord()
    {
        using TestRecord noise = new(samples: 5_000, leads: 2, rate: Rate);
        DeviceFaultOptions faults = new() { Noise = [new(NoiseKind.Record, 0, 120, 0) { Record = noise.Path }] };
        float[] clean = Play(new DeviceFaultOptions(), 1, 60), noisy = Play(faults, 1, 60);
        double[] difference = [.. clean.Zip(noisy).Where((_, i) => i % 2 == 0).Take(990).Select(pair => (double)pair.Second - pair.First)];
        double step = difference[500] - difference[499];
        Assert.All(difference.Zip(difference.Skip(1)), pair => Assert.InRange(pair.Second - pair.First, step - 2, step + 2));
    }

    private static double Square(double x) => x * x;

    private static SyntheticFrames Source(double seconds, double frameSeconds = 1) => new(
        new SyntheticOptions { Leads = ["II", "V1"], Programme = [new() { Rhythm = SyntheticRhythm.Sinus, Seconds = seconds }] },
        1,
        new FrameSourceOptions { FrameSeconds = Math.Max(0.1, frameSeconds) });

    /// <summary>Samples in order, lead after lead within each.</summary>
    private static float[] Play(DeviceFaultOptions faults, double frameSeconds, double seconds = 12)
    {
        using SyntheticFrames source = Source(seconds, frameSeconds);
        SignalFaults signal = SignalFaults.For(source, faults, 4, new RecordingShelf());
        EcgFrame frame = new();
        List<float> all = [];
        while (source.TryNext(frame))
        {
            signal.Apply(frame, frame.FirstSample);
            for (int i = 0; i < frame.SamplesPerLead; i++)
            {
                all.Add(frame.LeadSamples(0)[i]);
                all.Add(frame.LeadSamples(1)[i]);
            }
        }

        return [.. all];
    }
}
