using System.Collections.Immutable;

namespace AnyEcg.Signal.Tests;

/// <summary>Formats and frames of the tests' streams.</summary>
internal static class Streams
{
    public static readonly double[] Rates = [100, 128, 130, 250, 257, 300, 360, 500, 1000];

    public static StreamFormat Format(double rateHz, int leads = 1, MainsFrequency mains = MainsFrequency.Off) => new()
    {
        SampleRateHz = rateHz,
        Leads = new LeadSet(new Lead[leads]),
        MicrovoltsPerLsb = [.. Enumerable.Repeat(5.0, leads)],
        Baseline = [.. Enumerable.Repeat(1024.0, leads)],
        AdcRange = ImmutableArray.CreateRange(Enumerable.Repeat((0.0, 4095.0), leads)),
        Mains = mains,
    };

    /// <summary>Samples [first, first + count) of all leads as one frame.</summary>
    public static EcgFrame Frame(long first, int count, int leads, Func<int, long, float> code, uint leadOff = 0, uint epoch = 1)
    {
        EcgFrame frame = new() { Epoch = epoch, FirstSample = first, LeadOff = leadOff };
        frame.Resize(leads, count);
        for (int lead = 0; lead < leads; lead++)
        {
            for (int i = 0; i < count; i++)
                frame.LeadSamples(lead)[i] = code(lead, first + i);
        }

        return frame;
    }

    /// <summary>A steady rhythm of narrow beats with a little noise, in converter codes.</summary>
    public static float Beats(double rateHz, int lead, long sample)
    {
        double seconds = sample / rateHz;
        double inBeat = seconds - Math.Floor(seconds / 0.8) * 0.8;
        double qrs = Math.Exp(-Math.Pow((inBeat - 0.3) / 0.012, 2));
        double t = 0.3 * Math.Exp(-Math.Pow((inBeat - 0.55) / 0.05, 2));
        return (float)Math.Round(1024 + (200 * (qrs + t) * (lead + 1)) + (3 * Noise(sample, lead)));
    }

    /// <summary>Noise between -1 and 1 that depends only on the sample, so that any split of a signal sees the same.</summary>
    public static double Noise(long sample, int lead)
    {
        ulong x = (ulong)((sample * 16) + lead + 1) * 0x9E3779B97F4A7C15;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return ((x >> 11) * (2.0 / (1ul << 53))) - 1;
    }
}
