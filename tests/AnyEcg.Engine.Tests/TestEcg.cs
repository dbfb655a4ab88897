using System.Collections.Immutable;
using AnyEcg.Signal;

namespace AnyEcg.Engine.Tests;

/// <summary>
/// A made-up ECG of one or more leads at any length: spikes at a rate that changes from minute to minute, tall ones and silences
/// among them, so that alerts come and go. Every sample follows from its index alone.
/// </summary>
internal sealed class TestEcg(int seed = 1, int leads = 1, int rate = 250)
{
    public int Rate { get; } = rate;

    public StreamFormat Format { get; } = new()
    {
        SampleRateHz = rate,
        Leads = new LeadSet([.. Enumerable.Range(0, leads).Select(i => (Lead)i)]),
        MicrovoltsPerLsb = [.. Enumerable.Repeat(5.0, leads)],
        Baseline = [.. Enumerable.Repeat(0.0, leads)],
    };

    public EcgFrame Frame(long first, int count, uint epoch = 1, long receivedNs = 0)
    {
        EcgFrame frame = new() { Epoch = epoch, FirstSample = first, ReceivedNs = receivedNs };
        frame.Resize(leads, count);
        for (int lead = 0; lead < leads; lead++)
        {
            for (int i = 0; i < count; i++)
                frame.LeadSamples(lead)[i] = Sample(lead, first + i);
        }

        return frame;
    }

    /// <summary>Frames of one length that cover [0, seconds).</summary>
    public IEnumerable<EcgFrame> Frames(int seconds, int length, uint epoch = 1)
    {
        for (long at = 0; at < (long)seconds * Rate; at += length)
            yield return Frame(at, (int)Math.Min(length, ((long)seconds * Rate) - at), epoch, Received(at + length));
    }

    public long Received(long sample) => sample * 1_000_000_000 / Rate;

    private float Sample(int lead, long n)
    {
        long second = n / Rate;
        int phase = (int)(((second / 20 * 7) + seed) % 6);
        double beatsPerSecond = phase switch { 0 => 1, 1 => 3.1, 2 => 0.4, 3 => 1.2, 4 => 0, _ => 2.2 };
        double t = (double)n / Rate;
        double noise = ((((n * 2654435761) + seed + lead) >> 7 & 0xF) - 7.5) * 1.5;
        if (beatsPerSecond == 0)
            return (float)Math.Round(noise);
        double inBeat = (t * beatsPerSecond % 1 / beatsPerSecond) - 0.1;
        double height = phase switch { 3 => 700, 5 => 360, _ => 220 };
        return (float)Math.Round(noise + (height * (1 - (0.1 * lead)) * Math.Exp(-inBeat * inBeat / 0.0004)));
    }
}
