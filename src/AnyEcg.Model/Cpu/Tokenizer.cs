using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using AnyEcg.Engine;
using AnyEcg.Signal;

namespace AnyEcg.Model;

/// <summary>
/// Patch -> token: the convolution stack, amplitude features, projection, lead embedding (docs/model.md, Tokenizer).
/// The convolution steps stay in <see cref="Steps"/>, where the beat head reads them.
/// </summary>
internal sealed unsafe class Tokenizer
{
    // 32 steps of 10 samples hold the patch and its padding, and its 30 steps and theirs: tokens that follow one another are rows of one product.
    private const int PaddedSteps = 32, PaddedPatch = PaddedSteps * ModelWeights.FirstStride, Batch = 8;
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

    /// <summary>Floats from one token's steps to the next one's.</summary>
    public int Stride { get; }

    /// <summary>Scratch that one worker needs: padded patches, two arrays of padded steps, the norm's statistics.</summary>
    public int ScratchLength => PatchesLength + 2 * StepsLength + 2 * config.Channels;

    private static int PatchesLength => Batch * PaddedPatch + VectorMath.Width;

    private int StepsLength => (Batch * PaddedSteps + 2) * config.Channels;

    /// <summary>Steps of a token, [12 of the second before | 30 of its own] x C. The front is the beat head's to fill.</summary>
    public float* Steps(int token) => steps + (long)token * Stride;

    /// <summary>The last 12 steps of a token's own second.</summary>
    public float* Tail(int token) => Steps(token) + StepLength;

    /// <summary>Writes the embeddings of the tokens [start, end) to <paramref name="x"/>, row by row from its first.</summary>
    public void Embed(StepPlan plan, int start, int end, float* x, float* scratch, Readahead readahead)
    {
        for (int token = start; token < end; token += Batch)
        {
            Convolve(plan, token, Math.Min(token + Batch, end), scratch);
        }

        embed.Multiply(Steps(start) + TailLength, Stride, end - start, x, config.Dim, readahead: readahead);
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

    private void Convolve(StepPlan plan, int start, int end, float* scratch)
    {
        float* patches = scratch;
        float* first = patches + PatchesLength;
        float* second = first + StepsLength;
        float* statistics = second + StepsLength;
        int c = config.Channels, rows = (end - start) * PaddedSteps;
        new Span<float>(scratch, PatchesLength + 2 * StepsLength).Clear();
        for (int token = start; token < end; token++)
        {
            Span<float> patch = new(patches + (token - start) * PaddedPatch + ModelWeights.FirstPadding, PatchSecond.PatchSamples);
            if (!plan.TokenReadOnly[token])
            {
                plan.Patches.AsSpan(token * PatchSecond.PatchSamples, PatchSecond.PatchSamples).CopyTo(patch);
            }
        }

        conv1.Multiply(patches, ModelWeights.FirstStride, rows, first + c, c);
        Activate(first + c, first + c, end - start, norm1, statistics);
        conv2.Multiply(first, c, rows, second + c, c);
        Activate(second + c, second + c, end - start, norm2, statistics);
        conv3.Multiply(second, c, rows, first + c, c);
        for (int token = start; token < end; token++)
        {
            int at = token - start;
            Finish(token, plan.TokenReadOnly[token], first + (at * PaddedSteps + 1) * c, patches + at * PaddedPatch + ModelWeights.FirstPadding, statistics);
        }
    }

    /// <summary>Norm and GELU token by token; what the products left in the padding between the tokens becomes 0 again.</summary>
    private void Activate(float* x, float* y, int tokens, Affine norm, float* statistics)
    {
        int stride = PaddedSteps * config.Channels;
        for (int token = 0; token < tokens; token++, x += stride, y += stride)
        {
            VectorMath.GroupNormGelu(x, y, ModelWeights.Steps, config.Channels, config.Groups, norm, statistics);
            new Span<float>(y + StepLength, stride - StepLength).Clear();
        }
    }

    private void Finish(int token, bool readOnly, float* convolved, float* patch, float* statistics)
    {
        if (readOnly)
        {
            new Span<float>(Steps(token), Stride).Clear();
            return;
        }

        float* own = Steps(token) + TailLength;
        VectorMath.GroupNormGelu(convolved, own, ModelWeights.Steps, config.Channels, config.Groups, norm3, statistics);
        Amplitude(patch, own + StepLength);
    }

    /// <summary>log RMS and peak-to-peak: the norm of a single patch forgets its amplitude.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Amplitude(float* patch, float* features)
    {
        Vector128<float> squares = Vector128<float>.Zero, low = Vector128.Load(patch), high = low;
        for (int i = 0; i < PatchSecond.PatchSamples; i += Vector128<float>.Count)
        {
            Vector128<float> x = Vector128.Load(patch + i);
            squares = Vector128.FusedMultiplyAdd(x, x, squares);
            low = Vector128.Min(low, x);
            high = Vector128.Max(high, x);
        }

        float lowest = low[0], highest = high[0];
        for (int i = 1; i < Vector128<float>.Count; i++)
        {
            lowest = MathF.Min(lowest, low[i]);
            highest = MathF.Max(highest, high[i]);
        }

        features[0] = MathF.Log(MathF.Sqrt(Vector128.Sum(squares) / PatchSecond.PatchSamples) + SmallestRms);
        features[1] = highest - lowest;
    }
}
