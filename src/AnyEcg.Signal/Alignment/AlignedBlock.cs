namespace AnyEcg.Signal;

/// <summary>
/// A run of samples of all leads that follows exactly on what came before it (samples or gap). Valid only during the call
/// that hands it over. Samples are in converter steps, as sent.
/// </summary>
public readonly ref struct AlignedBlock
{
    private readonly ReadOnlySpan<float> samples;
    private readonly int stride;
    private readonly int offset;

    /// <summary>The samples of a frame but the first <paramref name="skip"/> of each lead, which were seen before.</summary>
    public AlignedBlock(EcgFrame frame, int skip)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)skip, (uint)frame.SamplesPerLead, nameof(skip));
        samples = frame.Samples;
        (stride, offset) = (frame.SamplesPerLead, skip);
        (FirstSample, Count) = (frame.FirstSample + skip, frame.SamplesPerLead - skip);
        (LeadOff, ReceivedNs) = (frame.LeadOff, frame.ReceivedNs);
    }

    /// <summary>A run inside lead-major storage: lead <c>l</c> starts at <c>l * stride + offset</c>.</summary>
    internal AlignedBlock(ReadOnlySpan<float> samples, int stride, int offset, HeldRun run)
    {
        this.samples = samples;
        (this.stride, this.offset) = (stride, offset);
        (FirstSample, Count, LeadOff, ReceivedNs) = (run.First, run.Count, run.LeadOff, run.ReceivedNs);
    }

    /// <summary>Index of the first sample within the epoch, at the device rate.</summary>
    public long FirstSample { get; }

    /// <summary>Samples per lead.</summary>
    public int Count { get; }

    /// <summary>Bit i: the device reports lead i as off for the whole block.</summary>
    public uint LeadOff { get; }

    /// <summary>When the frame was received, nanoseconds since the Unix epoch on our clock.</summary>
    public long ReceivedNs { get; }

    /// <summary>The samples of one lead, <see cref="Count"/> of them.</summary>
    public ReadOnlySpan<float> Lead(int lead) => samples.Slice((lead * stride) + offset, Count);
}
