namespace AnyEcg.Signal;

/// <summary>
/// A run of samples of all leads that follows exactly on what came before it (samples or gap). Valid only during the call
/// that hands it over. Samples are in converter steps, as sent.
/// </summary>
public readonly ref struct AlignedBlock
{
    private readonly EcgFrame frame;
    private readonly int skip;

    /// <summary>The samples of a frame but the first <paramref name="skip"/> of each lead, which were seen before.</summary>
    public AlignedBlock(EcgFrame frame, int skip)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)skip, (uint)frame.SamplesPerLead, nameof(skip));
        this.frame = frame;
        this.skip = skip;
    }

    /// <summary>Index of the first sample within the epoch, at the device rate.</summary>
    public long FirstSample => frame.FirstSample + skip;

    /// <summary>Samples per lead.</summary>
    public int Count => frame.SamplesPerLead - skip;

    /// <summary>Bit i: the device reports lead i as off for the whole block.</summary>
    public uint LeadOff => frame.LeadOff;

    /// <summary>When the frame was received, nanoseconds since the Unix epoch on our clock.</summary>
    public long ReceivedNs => frame.ReceivedNs;

    /// <summary>The samples of one lead, <see cref="Count"/> of them.</summary>
    public ReadOnlySpan<float> Lead(int lead) => frame.LeadSamples(lead)[skip..];
}
