using System.Numerics;

namespace AnyEcg.Signal.Tests;

/// <summary>Sines through the streaming code, and what comes out of them in 0-40 Hz.</summary>
public sealed class ResamplerResponseTests
{
    public static TheoryData<double> Rates => new([.. Streams.Rates, 333.333, 299.99]);

    [Theory]
    [MemberData(nameof(Rates))]
    public void Push_SineInPassBand_RippleAtMostFiveHundredthsOfADecibelAndNoDelay(double rate)
    {
        for (double hz = 0.5; hz <= 40; hz += 0.5)
        {
            Complex gain = Tone(Resample(rate, hz), hz) / Tone(Direct(hz), hz);
            Assert.InRange(Math.Abs(20 * Math.Log10(gain.Magnitude)), 0, 0.05);
            Assert.InRange(Math.Abs(gain.Phase), 0, 1e-3);
        }
    }

    [Theory]
    [MemberData(nameof(Rates))]
    public void Push_SineAnywhere_NothingElseInPassBandAboveMinusEightyDecibels(double rate)
    {
        for (double hz = 1; hz < rate / 2; hz += 3.7)
        {
            float[] output = Resample(rate, hz);
            for (double probe = 0; probe <= 40; probe += 0.5)
            {
                if (Math.Abs(probe - hz) > 1)
                    Assert.InRange(Tone(output, probe).Magnitude, 0, 1e-4);
            }
        }
    }

    private static float[] Resample(double rate, double hz)
    {
        Resampler resampler = new(PolyphaseDesign.For(rate));
        int count = (int)(rate * 12);
        float[] input = new float[count];
        for (int i = 0; i < count; i++)
            input[i] = (float)Math.Cos(2 * Math.PI * hz * i / rate);

        float[] output = new float[resampler.MaxOutputs(count)];
        int written = resampler.Push(input, new SampleMarks[count], output, new SampleMarks[output.Length]);
        return output[..written];
    }

    private static float[] Direct(double hz)
    {
        float[] output = new float[3400];
        for (int i = 0; i < output.Length; i++)
            output[i] = (float)Math.Cos(2 * Math.PI * hz * i / 300);

        return output;
    }

    /// <summary>Amplitude of one frequency over samples 300-3300, under a four-term Blackman-Harris window (side lobes -92 dB).</summary>
    private static Complex Tone(float[] samples, double hz)
    {
        const int first = 300, count = 3000;
        Complex sum = 0;
        double weight = 0;
        for (int i = 0; i < count; i++)
        {
            double x = 2 * Math.PI * (i + 0.5) / count;
            double window = 0.35875 - (0.48829 * Math.Cos(x)) + (0.14128 * Math.Cos(2 * x)) - (0.01168 * Math.Cos(3 * x));
            sum += window * samples[first + i] * Complex.FromPolarCoordinates(1, -2 * Math.PI * hz * (first + i) / 300);
            weight += window;
        }

        return 2 * sum / weight;
    }
}
