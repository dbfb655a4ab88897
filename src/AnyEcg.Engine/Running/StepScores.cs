using AnyEcg.Signal;

namespace AnyEcg.Engine;

/// <summary>
/// What a step returns, in the plan's row and token order. Allocated once, reused. Engine thread only.
/// What a runner does not compute (<see cref="ModelRunnerInfo.Heads"/>) stays 0. The arrays never move: a device writes them.
/// </summary>
/// <param name="maxRows">Rows of the largest plan.</param>
/// <param name="maxTokens">Tokens of the largest plan.</param>
/// <param name="arrhythmiaClasses">Classes of the arrhythmia head, if it is wanted.</param>
/// <param name="reconstruction">Whether plans will hold read-only tokens.</param>
public sealed class StepScores(int maxRows, int maxTokens, int arrhythmiaClasses = 0, bool reconstruction = false)
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
    public float[] Rhythm { get; } = PinnedArrays.Of<float>(maxRows * RhythmClasses.Count);

    /// <summary>Per row: probability that the second is abnormal.</summary>
    public float[] Anomaly { get; } = PinnedArrays.Of<float>(maxRows);

    /// <summary><c>Beats[(token * BeatBins + bin) * BeatClasses + class]</c>: probabilities, summing to 1 in each bin.</summary>
    public float[] Beats { get; } = PinnedArrays.Of<float>(maxTokens * BeatBins * BeatClasses);

    /// <summary><c>BeatOffset[token * BeatBins + bin]</c>: offset of the beat within its bin, 0 to 1.</summary>
    public float[] BeatOffset { get; } = PinnedArrays.Of<float>(maxTokens * BeatBins);

    /// <summary>Per token: -log p(code of this second | past) in nats; 0 where there was no prediction.</summary>
    public float[] Surprise { get; } = PinnedArrays.Of<float>(maxTokens);

    /// <summary>Per token: its rhythm code.</summary>
    public int[] Code { get; } = PinnedArrays.Of<int>(maxTokens);

    /// <summary>Classes per row in <see cref="Arrhythmia"/>.</summary>
    public int ArrhythmiaClasses { get; } = arrhythmiaClasses;

    /// <summary><c>Arrhythmia[row * ArrhythmiaClasses + class]</c>: probability of each class in the epoch so far (multi-label).</summary>
    public float[] Arrhythmia { get; } = PinnedArrays.Of<float>(maxRows * arrhythmiaClasses);

    /// <summary>Per row: probability that the epoch so far is abnormal.</summary>
    public float[] RecordAnomaly { get; } = PinnedArrays.Of<float>(maxRows);

    /// <summary><c>Strip[row * StripLabels.Count + class]</c>: the epoch so far as one strip with one label; probabilities, summing to 1.</summary>
    public float[] Strip { get; } = PinnedArrays.Of<float>(maxRows * StripLabels.Count);

    /// <summary><c>Reconstruction[token * 300 + i]</c>: millivolts of the absent lead of a read-only token.</summary>
    public float[] Reconstruction { get; } = PinnedArrays.Of<float>(reconstruction ? maxTokens * Signal.PatchSecond.PatchSamples : 0);

    /// <summary>
    /// Per row: true where the runner had no rings for the slot after a <see cref="RunnerFault"/>. Nothing was computed, and the second is judged
    /// without the network.
    /// </summary>
    public bool[] Unheard { get; } = new bool[maxRows];

    /// <summary>Copies the results of one row and of its tokens to where they stand in other scores of the same kind.</summary>
    public void CopyRow(int row, int firstToken, int tokens, StepScores to, int toRow, int toToken)
    {
        ArgumentNullException.ThrowIfNull(to);
        Copy(Rhythm, row, to.Rhythm, toRow, RhythmClasses.Count);
        Copy(Anomaly, row, to.Anomaly, toRow, 1);
        Copy(Arrhythmia, row, to.Arrhythmia, toRow, ArrhythmiaClasses);
        Copy(RecordAnomaly, row, to.RecordAnomaly, toRow, 1);
        Copy(Strip, row, to.Strip, toRow, StripLabels.Count);
        Copy(Unheard, row, to.Unheard, toRow, 1);
        Copy(Beats, firstToken, to.Beats, toToken, BeatBins * BeatClasses, tokens);
        Copy(BeatOffset, firstToken, to.BeatOffset, toToken, BeatBins, tokens);
        Copy(Surprise, firstToken, to.Surprise, toToken, 1, tokens);
        Copy(Code, firstToken, to.Code, toToken, 1, tokens);
        Copy(Reconstruction, firstToken, to.Reconstruction, toToken, Reconstruction.Length > 0 ? PatchSecond.PatchSamples : 0, tokens);
    }

    private static void Copy<T>(T[] from, int at, T[] to, int toAt, int width, int count = 1) =>
        from.AsSpan(at * width, count * width).CopyTo(to.AsSpan(toAt * width));
}
