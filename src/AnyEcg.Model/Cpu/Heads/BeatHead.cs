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
        local = weights.Linear("beats.local");
        context = weights.Linear("beats.context");
        hidden = weights.Linear("beats.hidden");
        output = weights.Linear("beats.output");
        channels = config.Channels;
        contextWidth = config.BeatContext;
        width = config.BeatChannels + config.BeatContext;
    }

    public int ScratchLength(int rows) =>
        rows * context.PaddedOutputs + ModelWeights.Steps * (width + hidden.PaddedOutputs + output.PaddedOutputs);

    /// <summary>The context features of some tokens, to the front of the scratch: one product for all of them.</summary>
    public void Prepare(float* states, int stride, int rows, float* scratch) =>
        context.Multiply(states, stride, rows, scratch, context.PaddedOutputs);

    /// <summary>Scores one token. <paramref name="steps"/>: [12 of the second before | 30] x C; <paramref name="row"/>: its row in <see cref="Prepare"/>.</summary>
    public void Score(float* steps, int row, int rows, float* scratch, Span<float> beats, Span<float> offsets)
    {
        float* features = scratch + (long)rows * context.PaddedOutputs;
        float* inner = features + ModelWeights.Steps * width;
        float* logits = inner + ModelWeights.Steps * hidden.PaddedOutputs;
        float* contexts = scratch + (long)row * context.PaddedOutputs;
        local.Multiply(steps, channels, ModelWeights.Steps, features, width);
        for (int bin = 0; bin < ModelWeights.Steps; bin++)
        {
            new Span<float>(contexts + bin * contextWidth, contextWidth).CopyTo(new Span<float>(features + bin * width + local.PaddedOutputs, contextWidth));
        }

        VectorMath.Gelu(features, ModelWeights.Steps * width);
        hidden.Multiply(features, width, ModelWeights.Steps, inner, hidden.PaddedOutputs);
        VectorMath.Gelu(inner, ModelWeights.Steps * hidden.PaddedOutputs);
        output.Multiply(inner, hidden.PaddedOutputs, ModelWeights.Steps, logits, output.PaddedOutputs);
        for (int bin = 0; bin < ModelWeights.Steps; bin++)
        {
            offsets[bin] = ClassesAndOffset(logits + bin * output.PaddedOutputs, beats.Slice(bin * StepScores.BeatClasses, StepScores.BeatClasses));
        }
    }

    /// <summary>Softmax over the six classes and the logistic function of the offset, in one vector.</summary>
    private static float ClassesAndOffset(float* logits, Span<float> classes)
    {
        float max = logits[0];
        for (int c = 1; c < StepScores.BeatClasses; c++)
        {
            max = MathF.Max(max, logits[c]);
        }

        float offset = logits[StepScores.BeatClasses];
        (Vector512.Load(logits) - Vector512.Create(max)).Store(logits);
        logits[StepScores.BeatClasses] = -offset;
        VectorMath.Exp(Vector512.Load(logits)).Store(logits);
        float sum = 0;
        for (int c = 0; c < StepScores.BeatClasses; c++)
        {
            sum += logits[c];
        }

        for (int c = 0; c < StepScores.BeatClasses; c++)
        {
            classes[c] = logits[c] / sum;
        }

        return 1 / (1 + logits[StepScores.BeatClasses]);
    }
}
