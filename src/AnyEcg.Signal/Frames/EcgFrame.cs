namespace AnyEcg.Signal;

/// <summary>Which sample of a frame its device time belongs to.</summary>
public enum DeviceTimeMark : byte
{
    /// <summary>The frame carries no device time.</summary>
    None = 0,
    FirstSample = 1,
    LastSample = 2,
}

/// <summary>
/// One decoded message: a block of samples of all leads of one stream, with two clocks. Reused: the codec fills a frame
/// that it gets from the caller, so that decoding allocates nothing in steady state. One owner at a time, no locks.
/// Layout of <see cref="Samples"/>: lead-major, <c>Samples[lead * SamplesPerLead + i]</c>, in converter steps (LSB) as sent;
/// integers up to 24 bits are exact in a float. Always finite: a codec rejects NaN and infinity.
/// </summary>
public sealed class EcgFrame
{
    /// <summary>
    /// Stands for a first sample that the message does not say: its time places it, see <see cref="PositionTracker"/>. An aligner
    /// rejects it like any other negative position.
    /// </summary>
    public const long Unplaced = -1;

    private float[] samples = [];

    /// <summary>Start count of the device; a restart that resets <see cref="FirstSample"/> raises it.</summary>
    public uint Epoch { get; set; }

    /// <summary>Index of the first sample within the epoch, at the device rate.</summary>
    public long FirstSample { get; set; }

    public int LeadCount { get; private set; }

    public int SamplesPerLead { get; private set; }

    /// <summary>Clock 1, the device's: nanoseconds since the Unix epoch of the sample named by <see cref="DeviceTimeMark"/>.</summary>
    public long DeviceTimeNs { get; set; }

    public DeviceTimeMark DeviceTimeMark { get; set; }

    /// <summary>Clock 2, ours: nanoseconds since the Unix epoch when the frame was received.</summary>
    public long ReceivedNs { get; set; }

    /// <summary>Bit i: the device reports lead i as off for the whole frame.</summary>
    public uint LeadOff { get; set; }

    /// <summary>
    /// Samples per lead that the message had no value for, directly before and after those that are here: they belong to the block
    /// that its time places, and become a gap. 0 after <see cref="Resize"/>; read by <see cref="PositionTracker"/> alone.
    /// </summary>
    public (int Before, int After) Valueless { get; set; }

    /// <summary>Lead-major samples, <c>LeadCount * SamplesPerLead</c> of them.</summary>
    public Span<float> Samples => samples.AsSpan(0, LeadCount * SamplesPerLead);

    /// <summary>The samples of one lead.</summary>
    public Span<float> LeadSamples(int lead) => samples.AsSpan(lead * SamplesPerLead, SamplesPerLead);

    /// <summary>Samples of all leads that its storage holds: those of the largest shape it has had.</summary>
    public int Capacity => samples.Length;

    /// <summary>Sets the shape; allocates only when the frame has never been this large. Contents are undefined after it.</summary>
    public void Resize(int leadCount, int samplesPerLead)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(leadCount);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(samplesPerLead);
        int needed = checked(leadCount * samplesPerLead);
        if (samples.Length < needed)
        {
            samples = new float[needed];
        }

        LeadCount = leadCount;
        SamplesPerLead = samplesPerLead;
        Valueless = default;
    }

    /// <summary>Keeps a run of samples of every lead; the times and the first sample are the caller's to mend.</summary>
    public void Slice(int from, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(from, SamplesPerLead - count);
        for (int lead = 0; lead < LeadCount; lead++)
        {
            LeadSamples(lead).Slice(from, count).CopyTo(samples.AsSpan(lead * count));
        }

        SamplesPerLead = count;
    }
}
