using AnyEcg.Engine;

namespace AnyEcg.Model;

/// <summary>
/// Causal cardio-sparse attention of one token: one softmax over the keys of <see cref="AttentionKeys"/>. Keys and values are read in
/// 16 bits, each once, in order. Heads go in groups of four whose scores stand side by side, [key, head]; heads that are missing in the
/// last group count as zeros.
/// </summary>
internal sealed unsafe class CardioSparseAttention(NetworkConfig config, KvRings rings, PlanIndex index)
{
    private readonly EntryLayout layout = new(config);
    private readonly int headDim = config.HeadDim;
    private readonly int heads = config.Heads;
    private readonly AttentionKeys visible = new(config, rings, index);

    /// <summary>Most keys of one token.</summary>
    public int MaxKeys => visible.Max;

    /// <summary>
    /// Writes the attention output of a token, D floats. <paramref name="query"/> and the step's <paramref name="entries"/> lie as in
    /// <see cref="EntryLayout"/>. <paramref name="keys"/> and <paramref name="scores"/> are scratch, one and four
    /// for each of <see cref="MaxKeys"/>.
    /// </summary>
    public void Attend(StepPlan plan, int token, int layer, byte* query, byte* entries, nint* keys, float* scores, float* output)
    {
        int count = visible.Collect(plan, token, layer, entries, keys);
        int padded = (count + EntryLayout.GroupHeads - 1) / EntryLayout.GroupHeads * EntryLayout.GroupHeads;
        for (int i = count; i < padded; i++)
        {
            keys[i] = keys[count - 1];
        }

        for (int group = 0; group < layout.Groups; group++)
        {
            int head = group * EntryLayout.GroupHeads;
            AttentionTile tile = new(layout, group, head * headDim, query, keys, count, padded);
            if (FourHeads512.IsSupported && headDim == FourHeads512.HeadDim && head + EntryLayout.GroupHeads <= heads)
            {
                AttentionKernel512.Score(tile, scores);
                tile.Softmax(scores);
                AttentionKernel512.Combine(tile, scores, output + head * headDim);
            }
            else
            {
                int here = Math.Min(heads - head, EntryLayout.GroupHeads);
                AttentionKernel.Score(tile, headDim, here, scores);
                tile.Softmax(scores);
                AttentionKernel.Combine(tile, headDim, here, scores, output + head * headDim);
            }
        }
    }
}
