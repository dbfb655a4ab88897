using AnyEcg.Engine;
using AnyEcg.Signal;

namespace AnyEcg.Model.Tests;

/// <summary>A stream with samples that training/fixtures.py computes alike: a hash of (lead, second, sample). The context
/// features are twice the first samples of a lead more than there are.</summary>
internal sealed class TestStream(Lead[] leads, bool[][] present, long startSecond = 0)
{
    private const long PrimeLead = 73856093, PrimeSecond = 19349663, PrimeSample = 83492791;

    public LeadSet Leads { get; } = new(leads);

    public int Seconds => present[0].Length;

    public long StartSecond => startSecond;

    public bool IsPresent(int lead, int offset) => present[lead][offset];

    public bool AnyPresent(int offset) => present.Any(lead => lead[offset]);

    /// <summary>The second at an offset from the start; false when no lead is there.</summary>
    public bool TryGet(int offset, PatchSecond patch)
    {
        patch.Second = startSecond + offset;
        patch.Present = 0;
        Fill(Leads.Count, offset, patch.Context, 2);
        for (int lead = 0; lead < Leads.Count; lead++)
        {
            if (present[lead][offset])
            {
                patch.Present |= 1u << lead;
                Fill(lead, offset, patch.Lead(lead));
            }
            else
            {
                patch.Lead(lead).Fill(float.NaN);
            }
        }

        return patch.Present != 0;
    }

    /// <summary>All leads of this stream, always there.</summary>
    public static TestStream Complete(int leads, int seconds, long startSecond = 0) =>
        new([.. Enumerable.Range(0, leads).Select(i => (Lead)i)], [.. Enumerable.Range(0, leads).Select(_ => Enumerable.Repeat(true, seconds).ToArray())], startSecond);

    private static void Fill(int lead, int second, Span<float> samples, float scale = 1)
    {
        float amplitude = scale * MathF.Pow(2, -(second % 4));
        for (int i = 0; i < samples.Length; i++)
        {
            uint h = (uint)(lead * PrimeLead + second * PrimeSecond + i * PrimeSample);
            h = (h ^ h >> 16) * 0x45D9F3B;
            h = (h ^ h >> 16) * 0x45D9F3B;
            h ^= h >> 16;
            samples[i] = ((h >> 8) / (float)(1 << 23) - 1) * amplitude;
        }
    }
}
