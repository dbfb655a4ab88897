namespace AnyEcg.Signal;

/// <summary>What is known of the quality of one lead in one second.</summary>
[Flags]
public enum PatchFlags : byte
{
    None = 0,

    /// <summary>Some samples were missing (gap) and were filled.</summary>
    Missing = 1,

    /// <summary>The converter stood at its limit for part of the second.</summary>
    Saturated = 2,

    /// <summary>Nearly no movement after filtering. Not lead-off: asystole looks like this too.</summary>
    Flat = 4,

    /// <summary>The lead was off (device flag, saturation, constant code) for more than half of the second: no token.</summary>
    LeadOff = 8,

    /// <summary>More than half of the second is missing: no token.</summary>
    Gap = 16,

    /// <summary>A filter was restarted within this second: its transient may show.</summary>
    Settling = 32,

    /// <summary>The lead is present but should be read with doubt (noise, partial loss, saturation).</summary>
    Doubtful = 64,
}

/// <summary>
/// The patches of all leads of one stream for one second of its epoch, at 300 Hz, filtered and scaled.
/// Layout: <c>Samples[lead * 300 + i]</c>, unit: millivolts, clipped to +-5 mV. Reused, never shared between threads.
/// </summary>
public sealed class PatchSecond(int leadCount) : IStateful
{
    /// <summary>Samples in one patch: one second at <see cref="ModelRateHz"/>.</summary>
    public const int PatchSamples = 300;

    /// <summary>The rate of the network, in hertz.</summary>
    public const int ModelRateHz = 300;

    public int LeadCount { get; } = leadCount;

    public uint Epoch { get; set; }

    /// <summary>Second of the epoch, gaps included: patch k covers model-rate samples [300 k, 300 k + 300).</summary>
    public long Second { get; set; }

    /// <summary>Estimated time of the patch's first sample on our clock, nanoseconds since the Unix epoch.</summary>
    public long StartNs { get; set; }

    /// <summary>When the sample that completed this second was received (our clock, ns): the start of the worker's own latency.</summary>
    public long CompletedNs { get; set; }

    /// <summary>Bit i: lead i has a token this second (neither <see cref="PatchFlags.LeadOff"/> nor <see cref="PatchFlags.Gap"/>).</summary>
    public uint Present { get; set; }

    public PatchFlags[] Flags { get; } = new PatchFlags[leadCount];

    /// <summary>Per lead, the share of the second's samples that were missing, 0 to 1.</summary>
    public float[] MissingShare { get; } = new float[leadCount];

    public float[] Samples { get; } = new float[leadCount * PatchSamples];

    public Span<float> Lead(int lead) => Samples.AsSpan(lead * PatchSamples, PatchSamples);

    /// <summary>
    /// What the classical detector sees of each sample, in the layout of <see cref="Samples"/>: half the path length of the band-passed
    /// signal over 100 ms, millivolts; 0 where there was no sample.
    /// </summary>
    public float[] QrsFeatures { get; } = new float[leadCount * PatchSamples];

    public Span<float> FeatureOf(int lead) => QrsFeatures.AsSpan(lead * PatchSamples, PatchSamples);

    /// <summary>
    /// Context features of all leads together for this second, standardised: <c>Context[(int)ContextFeature.X]</c>. Zeros say
    /// nothing.
    /// </summary>
    public float[] Context { get; } = new float[ContextFeatures.Count];

    /// <summary>QRS complexes that the classical detector found and placed since the previous second was emitted.</summary>
    public List<QrsDetection> Qrs { get; } = new(16);

    public void Exchange(StateExchange state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Setting(LeadCount);
        (Epoch, Second) = (state.Value(Epoch), state.Position(Second));
        (StartNs, CompletedNs) = (state.Value(StartNs), state.Value(CompletedNs));
        Present = state.Leads(Present, LeadCount);
        state.Values(Flags.AsSpan());
        state.Values(MissingShare.AsSpan());
        state.Values(Samples.AsSpan());
        state.Values(QrsFeatures.AsSpan());
        state.Values(Context.AsSpan());
        state.Detections(Qrs, LeadCount, LeadCount * PatchSamples);
    }
}

/// <summary>A QRS complex found by the classical detector.</summary>
/// <param name="Lead">Index of the lead in the stream's <see cref="LeadSet"/>.</param>
/// <param name="Sample">Model-rate (300 Hz) sample of the epoch, detector delay removed.</param>
/// <param name="Strength">Peak over threshold; above 1.</param>
public readonly record struct QrsDetection(int Lead, long Sample, float Strength)
{
    /// <summary>
    /// How far this lead can be believed at present, 0 to 1: near 1 when its complexes stand well above what lies between them
    /// and are alike. Leads that disagree are weighed by it.
    /// </summary>
    public float Quality { get; init; } = 1;
}
