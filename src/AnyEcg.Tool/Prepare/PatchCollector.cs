using AnyEcg.Signal;

namespace AnyEcg.Tool;

/// <summary>Keeps the seconds that a signal path emits, by lead, with their context features. One recording, one thread.</summary>
internal sealed class PatchCollector(int leadCount) : IPatchSink
{
    private readonly PatchSecond lent = new(leadCount);
    private readonly List<Half[]> seconds = [];
    private readonly List<uint> present = [];
    private readonly List<float[]> contexts = [];
    private readonly List<int> qrs = [];
    private readonly ContextExtractor[] alone = AloneOf(leadCount);

    public int Seconds => seconds.Count;

    /// <summary>Pairs of (sample at 300 Hz, lead index) of the classical detector, in the order of the signal path.</summary>
    public int[] Qrs => [.. qrs];

    public PatchSecond Rent(int leads) => lent;

    public void Emit(PatchSecond second)
    {
        while (seconds.Count < second.Second)
        {
            Keep(new Half[leadCount * PatchSecond.PatchSamples], 0, new float[(leadCount + 1) * ContextFeatures.Count]);
        }

        Half[] samples = new Half[leadCount * PatchSecond.PatchSamples];
        for (int i = 0; i < samples.Length; i++)
        {
            samples[i] = (Half)second.Samples[i];
        }

        Keep(samples, second.Present, ContextOf(second));
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

    /// <summary>
    /// Context features, row-major: <c>[(row * Seconds + second) * Count + i]</c>. Row 0 is all leads together, row 1 + i lead i alone.
    /// </summary>
    public float[] Context()
    {
        const int Count = ContextFeatures.Count;
        float[] all = new float[(leadCount + 1) * Seconds * Count];
        for (int row = 0; row <= leadCount; row++)
        {
            for (int second = 0; second < Seconds; second++)
            {
                contexts[second].AsSpan(row * Count, Count).CopyTo(all.AsSpan(((row * Seconds) + second) * Count));
            }
        }

        return all;
    }

    private static ContextExtractor[] AloneOf(int leads) =>
        [.. Enumerable.Range(0, leads).Select(lead => new ContextExtractor(leads, 1u << lead))];

    private float[] ContextOf(PatchSecond second)
    {
        float[] rows = new float[(leadCount + 1) * ContextFeatures.Count];
        second.Context.CopyTo(rows, 0);
        for (int lead = 0; lead < leadCount; lead++)
        {
            alone[lead].Observe(second, rows.AsSpan((lead + 1) * ContextFeatures.Count));
        }

        return rows;
    }

    private bool IsPresent(int lead, int second) => (present[second] >> lead & 1) != 0;

    private void Keep(Half[] samples, uint leads, float[] context)
    {
        seconds.Add(samples);
        contexts.Add(context);
        present.Add(leads);
    }
}
