using AnyEcg.Signal;

namespace AnyEcg.Tool;

/// <summary>Keeps the seconds that a signal path emits, by lead. One recording, one thread.</summary>
internal sealed class PatchCollector(int leadCount) : IPatchSink
{
    private readonly PatchSecond lent = new(leadCount);
    private readonly List<Half[]> seconds = [];
    private readonly List<uint> present = [];
    private readonly List<int> qrs = [];

    public int Seconds => seconds.Count;

    /// <summary>Pairs of (sample at 300 Hz, lead index) of the classical detector, in the order of the signal path.</summary>
    public int[] Qrs => [.. qrs];

    public PatchSecond Rent(int leads) => lent;

    public void Emit(PatchSecond second)
    {
        while (seconds.Count < second.Second)
        {
            Keep(new Half[leadCount * PatchSecond.PatchSamples], 0);
        }

        Half[] samples = new Half[leadCount * PatchSecond.PatchSamples];
        for (int i = 0; i < samples.Length; i++)
        {
            samples[i] = (Half)second.Samples[i];
        }

        Keep(samples, second.Present);
        foreach (QrsDetection found in second.Qrs)
        {
            qrs.Add((int)found.Sample);
            qrs.Add(found.Lead);
        }
    }

    /// <summary>Lead-major: <c>[(lead * Seconds + second) * 300 + i]</c>; zeros where the lead has no token.</summary>
    public Half[] Patches()
    {
        Half[] all = new Half[leadCount * Seconds * PatchSecond.PatchSamples];
        for (int lead = 0; lead < leadCount; lead++)
        {
            for (int second = 0; second < Seconds; second++)
            {
                if (IsPresent(lead, second))
                {
                    seconds[second].AsSpan(lead * PatchSecond.PatchSamples, PatchSecond.PatchSamples)
                        .CopyTo(all.AsSpan((lead * Seconds + second) * PatchSecond.PatchSamples));
                }
            }
        }

        return all;
    }

    /// <summary>1 where the lead has a token: <c>[lead * Seconds + second]</c>.</summary>
    public byte[] Present()
    {
        byte[] all = new byte[leadCount * Seconds];
        for (int i = 0; i < all.Length; i++)
        {
            all[i] = IsPresent(i / Seconds, i % Seconds) ? (byte)1 : (byte)0;
        }

        return all;
    }

    private bool IsPresent(int lead, int second) => (present[second] >> lead & 1) != 0;

    private void Keep(Half[] samples, uint leads)
    {
        seconds.Add(samples);
        present.Add(leads);
    }
}
