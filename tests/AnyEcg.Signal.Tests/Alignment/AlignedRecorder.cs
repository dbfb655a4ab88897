namespace AnyEcg.Signal.Tests;

/// <summary>Writes down what an aligner hands on, sample by sample, and insists that nothing is left out or repeated.</summary>
internal sealed class AlignedRecorder(int leads) : IAlignedSink
{
    private long next = -1;

    public List<(uint Epoch, long First)> Epochs { get; } = [];

    /// <summary>All samples of all epochs in order: lead 0, lead 1, ..., lead-off bits; a given-up sample is all NaN.</summary>
    public List<float> Rows { get; } = [];

    /// <summary>Given-up samples.</summary>
    public long Missing { get; private set; }

    public void EpochStarted(uint epoch, long firstSample)
    {
        Epochs.Add((epoch, firstSample));
        next = firstSample;
    }

    public void Samples(in AlignedBlock block)
    {
        Assert.Equal(next, block.FirstSample);
        Assert.True(block.Count > 0);
        for (int i = 0; i < block.Count; i++)
        {
            for (int lead = 0; lead < leads; lead++)
            {
                Rows.Add(block.Lead(lead)[i]);
            }

            Rows.Add(block.LeadOff);
        }

        next += block.Count;
    }

    public void Gap(long firstSample, long count)
    {
        Assert.Equal(next, firstSample);
        Assert.True(count > 0);
        next += count;
        Missing += count;
        Rows.AddRange(Enumerable.Repeat(float.NaN, (int)Math.Min(count, 10_000) * (leads + 1)));
    }
}
