using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using AnyEcg.Engine;

namespace AnyEcg.Model;

/// <summary>
/// Beats of one lead in [300 k - 60, 300 k + 240): 30 bins. A local path reads the convolution steps of a bin and its
/// neighbours, the token's final state gives the context.
/// </summary>
internal sealed unsafe class BeatHead
{
    private readonly PackedMatrix local, context, hidden, output;
    private readonly int channels, contextWidth, width;

    public BeatHead(PackedWeights weights)
    {
        NetworkConfig config = weights.Config;
        local = weights.Linear("beats.local", rounded: true);
        context = weights.Linear("beats.context");
        hidden = weights.Linear("beats.hidden", rounded: true);
        output = weights.Linear("beats.output");
        channels = config.Channels;
        contextWidth = config.BeatContext;
        width = config.BeatChannels + config.BeatContext;
    }

    /// <summary>Tokens whose bins are scored together.</summary>
    public const int Batch = 4;

    public int ScratchLength(int rows) =>
        rows * context.PaddedOutputs + Batch * ModelWeights.Steps * (width + hidden.PaddedOutputs + output.PaddedOutputs);

    /// <summary>The context features of some tokens, to the front of the scratch: one product for all of them.</summary>
    public void Prepare(float* states, int stride, int rows, float* scratch) =>
        context.Multiply(states, stride, rows, scratch, context.PaddedOutputs);

    /// <summary>
    /// The logits of the bins of up to <see cref="Batch"/> tokens, [token, bin, 16]. <paramref name="steps"/>: [12 of the second before | 30] x C,
    /// a token every <paramref name="stride"/> floats; <paramref name="row"/>: the first one's row in <see cref="Prepare"/>, of so many
    /// <paramref name="rows"/>.
    /// </summary>
    public float* Score(float* steps, int stride, int tokens, int row, int rows, float* scratch)
    {
        float* features = scratch + (long)rows * context.PaddedOutputs;
        float* inner = features + Batch * ModelWeights.Steps * width;
        float* logits = inner + Batch * ModelWeights.Steps * hidden.PaddedOutputs;
        float* contexts = scratch + (long)row * context.PaddedOutputs;
        int bins = tokens * ModelWeights.Steps;
        for (int token = 0; token < tokens; token++)
        {
            local.Multiply(steps + (long)token * stride, channels, ModelWeights.Steps, features + token * ModelWeights.Steps * width, width);
        }

        for (int bin = 0; bin < bins; bin++)
        {
            VectorMath.Copy(contexts + bin * contextWidth, features + bin * width + local.PaddedOutputs, contextWidth);
        }

        VectorMath.Gelu(features, bins * width);
        hidden.Multiply(features, width, bins, inner, hidden.PaddedOutputs);
        VectorMath.Gelu(inner, bins * hidden.PaddedOutputs);
        output.Multiply(inner, hidden.PaddedOutputs, bins, logits, output.PaddedOutputs);
        return logits;
    }

    /// <summary>One token's bins: softmax over the six classes and the logistic function of the offset, one vector for each bin.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ClassesAndOffsets(float* logits, Span<float> beats, Span<float> offsets)
    {
        Vector512<float> classes = Vector512.LessThan(Vector512<float>.Indices, Vector512.Create((float)StepScores.BeatClasses));
        for (int bin = 0; bin < offsets.Length; bin++, logits += VectorMath.Width)
        {
            Vector512<float> x = Vector512.Load(logits);
            Vector512<float> max = Vector512.Create(VectorMath.Highest(Vector512.ConditionalSelect(classes, x, Vector512.Create(float.NegativeInfinity))));
            Vector512<float> e = VectorMath.Exp(Vector512.ConditionalSelect(classes, x - max, -x));
            Vector512<float> sum = Vector512.Create(VectorMath.Sum(e & classes));
            Vector512<float> result = Vector512.ConditionalSelect(classes, e, Vector512<float>.One) / Vector512.ConditionalSelect(classes, sum, Vector512<float>.One + e);
            Vector256<float> used = result.GetLower();
            Span<float> bins = beats.Slice(bin * StepScores.BeatClasses, StepScores.BeatClasses);
            used.GetLower().CopyTo(bins);
            bins[4] = used[4];
            bins[5] = used[5];
            offsets[bin] = used[StepScores.BeatClasses];
        }
    }
}
