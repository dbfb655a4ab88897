using AnyEcg.Signal;

namespace AnyEcg.Alerts;

/// <summary>A beat of the network, fused over the leads.</summary>
/// <param name="Sample">Model-rate (300 Hz) sample of the epoch.</param>
/// <param name="Class">AAMI class.</param>
/// <param name="Score">Probability of being a beat, 0 to 1.</param>
public readonly record struct Beat(long Sample, BeatClass Class, float Score);

/// <summary>
/// All that is known of one second of one stream: the network's opinion and the classical detector's. Input of the alert
/// rules, in ascending order of (epoch, second); a second without any token is observed too, with
/// <see cref="Present"/> = 0. Reused by its owner; the rules copy what they keep. Engine thread only.
/// </summary>
public sealed class SecondObservation
{
    public uint Epoch { get; set; }

    /// <summary>Second of the epoch, gaps included.</summary>
    public long Second { get; set; }

    /// <summary>Estimated start of the second on our clock, nanoseconds since the Unix epoch.</summary>
    public long StartNs { get; set; }

    /// <summary>When the sample that completed the second was received, nanoseconds since the Unix epoch.</summary>
    public long CompletedNs { get; set; }

    public int LeadCount { get; set; }

    /// <summary>Bit i: lead i had a token.</summary>
    public uint Present { get; set; }

    /// <summary>Per lead, its flags.</summary>
    public PatchFlags[] Flags { get; } = new PatchFlags[LeadSet.MaxLeads];

    /// <summary>Per lead, share of missing samples.</summary>
    public float[] MissingShare { get; } = new float[LeadSet.MaxLeads];

    /// <summary>False when the second was skipped by the engine: <see cref="Rhythm"/>, <see cref="Anomaly"/>, <see cref="Surprise"/> and <see cref="Beats"/> then say nothing.</summary>
    public bool Scored { get; set; }

    /// <summary>Rhythm probabilities by <see cref="RhythmClass"/>.</summary>
    public float[] Rhythm { get; } = new float[RhythmClasses.Count];

    /// <summary>The most probable rhythm; of a second that was not scored it says nothing.</summary>
    public RhythmClass MainRhythm
    {
        get
        {
            int best = 0;
            for (int i = 1; i < Rhythm.Length; i++)
                best = Rhythm[i] > Rhythm[best] ? i : best;
            return (RhythmClass)best;
        }
    }

    public float Anomaly { get; set; }

    /// <summary>
    /// The epoch so far as one hand-held strip: probabilities by <see cref="StripLabels"/>. All 0 where the second was not scored
    /// or the network has no such head.
    /// </summary>
    public float[] Strip { get; } = new float[StripLabels.Count];

    /// <summary>How little the network expected this second, in nats, mean over the leads that had a prediction; 0 where none had.</summary>
    public float Surprise { get; set; }

    /// <summary>The network's beats in [300 k - 60, 300 k + 240), ascending.</summary>
    public List<Beat> Beats { get; } = new(16);

    /// <summary>The classical detector's QRS complexes placed since the last observation, per lead, ascending.</summary>
    public List<QrsDetection> Qrs { get; } = new(32);
}
