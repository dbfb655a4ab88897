using AnyEcg.Signal;

namespace AnyEcg.Engine;

/// <summary>
/// What a step returns, in the plan's row and token order. Allocated once, reused. Engine thread only.
/// </summary>
public sealed class StepScores(int maxRows, int maxTokens)
{
    /// <summary>Positions within the beat window: 30 bins of 10 model-rate samples (33 ms).</summary>
    public const int BeatBins = 30;

    /// <summary>Classes of a bin: none, N, S, V, F, Q (<see cref="BeatClass"/> plus "none" at 0).</summary>
    public const int BeatClasses = 6;

    /// <summary>
    /// The beat window of second k starts this many model-rate samples before the second: token k reports the beats in
    /// [300 k - 60, 300 k + 240), so that a beat at the edge of a patch is seen whole and found exactly once.
    /// </summary>
    public const int BeatWindowLeadSamples = 60;

    /// <summary><c>Rhythm[row * RhythmClass.Count + class]</c>: probabilities, summing to 1 (fused over the row's leads).</summary>
    public float[] Rhythm { get; } = new float[maxRows * RhythmClasses.Count];

    /// <summary>Per row: probability that the second is abnormal.</summary>
    public float[] Anomaly { get; } = new float[maxRows];

    /// <summary><c>Beats[(token * BeatBins + bin) * BeatClasses + class]</c>: probabilities, summing to 1 in each bin.</summary>
    public float[] Beats { get; } = new float[maxTokens * BeatBins * BeatClasses];

    /// <summary><c>BeatOffset[token * BeatBins + bin]</c>: offset of the beat within its bin, 0 to 1.</summary>
    public float[] BeatOffset { get; } = new float[maxTokens * BeatBins];

    /// <summary>Per token: -log p(code of this second | past) in nats; 0 where there was no prediction.</summary>
    public float[] Surprise { get; } = new float[maxTokens];

    /// <summary>Per token: its rhythm code.</summary>
    public int[] Code { get; } = new int[maxTokens];
}
