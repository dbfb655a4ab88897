using AnyEcg.Signal;

namespace AnyEcg.Tool.Tests;

public sealed class NoiseMixerTests
{
    private const int Rate = 250;

    [Theory]
    [InlineData(24)]
    [InlineData(6)]
    [InlineData(0)]
    [InlineData(-6)]
    public void Gain_AnyRatio_SolvesTheDefinition(double snr)
    {
        // a QRS of 80 steps has the power 80^2 / 8 = 800, that of a sine of this height; noise of 5 steps rms has 25
        double gain = NoiseMixer.Gain(80, 5, snr);
        Assert.Equal(snr, 10 * Math.Log10(800 / (gain * gain * 25)), 9);
    }

    [Fact]
    public void Gain_SilentNoise_IsNone() => Assert.Equal(0, NoiseMixer.Gain(80, 0, 6));

    [Fact]
    public void Apply_SineOfNoise_AddsItAtTheRatio()
    {
        // QRS 2000 steps: power 500,000. At 20 dB the noise has 5,000: a sine of height 100, whatever its height was on the tape
        NoiseMixer mixer = new(Sines(Rate * 10, 37), 0, [2000], 20, Format(1));
        float[] added = Run(mixer, 1, Rate * 10)[0];

        Assert.Equal(100, added.Max(), 0.8); // rounded to whole steps
        Assert.Equal(5000, added.Average(x => (double)x * x), 25.0);
        Assert.All(added, x => Assert.Equal(Math.Round(x), x));
    }

    [Fact]
    public void Apply_TwoChannelsThreeLeads_DealsThemOutInTurnEachAtItsOwnGain()
    {
        float[] first = [.. Sine(Rate * 4, 5, 10)], second = [.. Sine(Rate * 4, 7, 300)];
        NoiseMixer mixer = new(new NoiseStretch([first, second], Rate), 0, [800, 400, 1600], 6, Format(3));
        float[][] added = Run(mixer, 3, Rate * 4);

        Assert.Equal(Run(new NoiseMixer(new NoiseStretch([first], Rate), 0, [800], 6, Format(1)), 1, Rate * 4)[0], added[0]);
        Assert.Equal(Run(new NoiseMixer(new NoiseStretch([second], Rate), 0, [400], 6, Format(1)), 1, Rate * 4)[0], added[1]);
        Assert.Equal(Run(new NoiseMixer(new NoiseStretch([first], Rate), 0, [1600], 6, Format(1)), 1, Rate * 4)[0], added[2]);
    }

    [Fact]
    public void Apply_HoweverCutIntoFrames_GivesTheSame()
    {
        NoiseStretch noise = Sines(Rate * 3, 37);
        float[] whole = Run(new NoiseMixer(noise, 100, [500], 6, Format(1)), 1, Rate * 10)[0];
        Assert.Equal(whole, Run(new NoiseMixer(noise, 100, [500], 6, Format(1)), 1, Rate * 10, 77)[0]);
    }

    [Fact]
    public void Apply_LeadOffAndFullScale_StayWhatTheyAre()
    {
        StreamFormat format = Format(2) with { AdcRange = [(-5, 5), (-5, 5)] };
        EcgFrame frame = Frame(2, 0, Rate);
        frame.LeadOff = 1;
        new NoiseMixer(Sines(Rate * 4, 37), 0, [500, 500], 0, format).Apply(frame);

        Assert.All(frame.LeadSamples(0).ToArray(), x => Assert.Equal(0, x));
        Assert.Equal((-5, 5), (frame.LeadSamples(1).ToArray().Min(), frame.LeadSamples(1).ToArray().Max()));
    }

    private static float[][] Run(NoiseMixer mixer, int leads, int samples, int perFrame = Rate)
    {
        List<float>[] rows = [.. Enumerable.Range(0, leads).Select(_ => new List<float>())];
        for (int first = 0; first < samples; first += perFrame)
        {
            EcgFrame frame = Frame(leads, first, Math.Min(perFrame, samples - first));
            mixer.Apply(frame);
            for (int lead = 0; lead < leads; lead++)
                rows[lead].AddRange(frame.LeadSamples(lead));
        }

        return [.. rows.Select(row => row.ToArray())];
    }

    private static EcgFrame Frame(int leads, int first, int samples)
    {
        EcgFrame frame = new() { FirstSample = first };
        frame.Resize(leads, samples);
        frame.Samples.Clear();
        return frame;
    }

    private static NoiseStretch Sines(int samples, double height) => new([[.. Sine(samples, 5, height)]], Rate);

    private static IEnumerable<float> Sine(int samples, double hz, double height) =>
        Enumerable.Range(0, samples).Select(i => (float)(height * Math.Sin(2 * Math.PI * hz * i / Rate)));

    private static StreamFormat Format(int leads) => new()
    {
        SampleRateHz = Rate,
        Leads = new LeadSet([.. Enumerable.Repeat(Lead.Unknown, leads)]),
        MicrovoltsPerLsb = [.. Enumerable.Repeat(5d, leads)],
        Baseline = [.. Enumerable.Repeat(0d, leads)],
    };
}
