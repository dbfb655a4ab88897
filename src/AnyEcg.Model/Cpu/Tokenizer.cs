using AnyEcg.Engine;
using AnyEcg.Signal;

namespace AnyEcg.Model;

/// <summary>
/// Patch -> token: the convolution stack, amplitude features, projection, lead embedding (docs/model.md, Tokenizer).
/// The convolution steps stay in <see cref="Steps"/>, where the beat head reads them.
/// </summary>
internal sealed unsafe class Tokenizer
{
    private const int PaddedPatch = PatchSecond.PatchSamples + 2 * ModelWeights.FirstPadding;
    private const float SmallestRms = 1e-3f;

    private readonly NetworkConfig config;
    private readonly PackedMatrix conv1, conv2, conv3, embed;
    private readonly Affine norm1, norm2, norm3;
    private readonly float* leads;
    private readonly float* query;
    private readonly float* steps;

    public Tokenizer(NativeArena arena, PackedWeights weights, int maxTokens)
    {
        config = weights.Config;
        conv1 = weights.Linear("conv.conv1");
        conv2 = weights.Linear("conv.conv2");
        conv3 = weights.Linear("conv.conv3");
        norm1 = weights.Affine("conv.norm1");
        norm2 = weights.Affine("conv.norm2");
        norm3 = weights.Affine("conv.norm3");
        embed = weights.Linear("embed");
        leads = weights.Vector("lead.weight");
        query = weights.Vector("query_token");
        TailLength = (ModelWeights.BeatKernel - 1) * config.Channels;
        StepLength = ModelWeights.Steps * config.Channels;
        Stride = TailLength + StepLength + VectorMath.Width;
        steps = arena.Floats((long)maxTokens * Stride);
    }

    /// <summary>Floats of the second before at the front of a token's steps: the last 12 steps x C.</summary>
    public int TailLength { get; }

    /// <summary>Floats of one second: 30 steps x C.</summary>
    public int StepLength { get; }

    private int Stride { get; }

    /// <summary>Scratch that one worker needs: a padded patch, two padded step arrays, the norm's statistics.</summary>
    public int ScratchLength => VectorMath.RoundUp(PaddedPatch) + 2 * PaddedSteps + 2 * config.Channels;

    private int PaddedSteps => StepLength + 2 * config.Channels;

    /// <summary>Steps of a token, [12 of the second before | 30 of its own] x C. The front is the beat head's to fill.</summary>
    public float* Steps(int token) => steps + (long)token * Stride;

    /// <summary>The last 12 steps of a token's own second.</summary>
    public float* Tail(int token) => Steps(token) + StepLength;

    /// <summary>Writes the embeddings of the tokens [start, end) to <paramref name="x"/>, row by row from its first.</summary>
    public void Embed(StepPlan plan, int start, int end, float* x, float* scratch)
    {
        for (int token = start; token < end; token++)
        {
            if (plan.TokenReadOnly[token])
            {
                new Span<float>(Steps(token), Stride).Clear();
            }
            else
            {
                Convolve(plan.Patches.AsSpan(token * PatchSecond.PatchSamples, PatchSecond.PatchSamples), Steps(token) + TailLength, scratch);
            }
        }

        embed.Multiply(Steps(start) + TailLength, Stride, end - start, x, config.Dim);
        for (int token = start; token < end; token++)
        {
            float* row = x + (token - start) * config.Dim;
            if (plan.TokenReadOnly[token])
            {
                new Span<float>(query, config.Dim).CopyTo(new Span<float>(row, config.Dim));
            }

            VectorMath.Add(row, leads + (int)plan.TokenLead[token] * config.Dim, config.Dim);
        }
    }

    private void Convolve(ReadOnlySpan<float> patch, float* result, float* scratch)
    {
        float* padded = scratch;
        float* first = padded + VectorMath.RoundUp(PaddedPatch);
        float* second = first + PaddedSteps;
        float* statistics = second + PaddedSteps;
        int c = config.Channels;
        new Span<float>(scratch, VectorMath.RoundUp(PaddedPatch) + 2 * PaddedSteps).Clear();
        patch.CopyTo(new Span<float>(padded + ModelWeights.FirstPadding, patch.Length));

        conv1.Multiply(padded, ModelWeights.FirstStride, ModelWeights.Steps, first + c, c);
        Activate(first + c, norm1, statistics);
        conv2.Multiply(first, c, ModelWeights.Steps, second + c, c);
        Activate(second + c, norm2, statistics);
        conv3.Multiply(second, c, ModelWeights.Steps, result, c);
        Activate(result, norm3, statistics);
        Amplitude(patch, result + StepLength);
    }

    private void Activate(float* x, Affine norm, float* statistics)
    {
        VectorMath.GroupNorm(x, ModelWeights.Steps, config.Channels, config.Groups, norm.Weight, norm.Bias, statistics);
        VectorMath.Gelu(x, StepLength);
    }

    /// <summary>log RMS and peak-to-peak: the norm of a single patch forgets its amplitude.</summary>
    private static void Amplitude(ReadOnlySpan<float> patch, float* features)
    {
        float squares = 0, low = patch[0], high = patch[0];
        foreach (float sample in patch)
        {
            squares += sample * sample;
            low = MathF.Min(low, sample);
            high = MathF.Max(high, sample);
        }

        features[0] = MathF.Log(MathF.Sqrt(squares / patch.Length) + SmallestRms);
        features[1] = high - low;
    }
}
