using AnyEcg.Engine;

namespace AnyEcg.Model.Tests;

public sealed class BeatsTests
{
    private const int Bins = StepScores.BeatBins, Labels = StepScores.BeatClasses, Before = ModelWeights.BeatKernel - 1;
    private const float Untouched = 77;

    [CudaEmulatorTheory]
    [InlineData("small", true)]
    [InlineData("small", false)]
    [InlineData("released", true)]
    [InlineData("released", false)]
    [InlineData("wide", false)]
    public void Beats_OfEveryKindOfToken_EqualDoublePrecision(string size, bool full)
    {
        ModelWeights weights = KernelSizes.Weights(size);
        using BeatRun run = new(weights, full, ThreadOrder.Forward, 1);
        KernelReference reference = new(weights, full ? x => x : run.Kernel.Rounded);
        for (int token = 0; token < KernelTokens.Bucket; token++)
        {
            float[] classes = run.Classes[(token * Bins * Labels)..((token + 1) * Bins * Labels)], offsets = run.Offsets[(token * Bins)..((token + 1) * Bins)];
            if (token >= KernelTokens.Count || KernelTokens.ReadOnly(token))
            {
                Assert.All(classes.Concat(offsets), x => Assert.Equal(Untouched, x));
                continue;
            }

            (double[] expected, double[] expectedOffsets) = reference.Beats(run.Window(token), run.Context(token));
            Close.Assert(expected, classes, full ? 1e-6 : 1e-3, $"classes of token {token}");
            Close.Assert(expectedOffsets, offsets, full ? 1e-6 : 1e-3, $"offsets of token {token}");
        }
    }

    [CudaEmulatorTheory]
    [InlineData("small", true)]
    [InlineData("wide", false)]
    public void Beats_ThreadsInAnyOrder_SameBits(string size, bool full)
    {
        ModelWeights weights = KernelSizes.Weights(size);
        using BeatRun expected = new(weights, full, ThreadOrder.Forward, 1);
        for (ulong seed = 0; seed < 3; seed++)
        {
            using BeatRun run = new(weights, full, seed == 0 ? ThreadOrder.Reverse : ThreadOrder.Random, seed);
            Assert.Equal(expected.Classes, run.Classes);
            Assert.Equal(expected.Offsets, run.Offsets);
        }
    }

    /// <summary>The kernel once, on random steps, tails and contexts.</summary>
    private sealed class BeatRun : IDisposable
    {
        private readonly NetworkConfig config;
        private readonly float[] steps, tails, contexts;
        private readonly int row;

        public BeatRun(ModelWeights weights, bool full, ThreadOrder order, ulong seed)
        {
            config = weights.Config;
            row = Bins * config.Channels + 8;
            Kernel = new LoneKernel(weights, full, order, seed);
            steps = Noise(1, row);
            tails = Noise(2, Before * config.Channels);
            contexts = Noise(3, Bins * config.BeatContext);
            ref Pass pass = ref Kernel.Pass;
            pass.Counts = Kernel.Array(new PassCounts(1, KernelTokens.Count));
            pass.Tokens = Kernel.Array(KernelTokens.All);
            pass.Steps = Kernel.Reals(steps);
            pass.Tails = Kernel.Reals(tails);
            pass.BeatContext = Kernel.Reals(contexts);
            float[] untouched = [.. Enumerable.Repeat(Untouched, KernelTokens.Bucket * Bins * Labels)];
            pass.Beats = Kernel.Array(untouched);
            pass.BeatOffset = Kernel.Array(untouched[..(KernelTokens.Bucket * Bins)]);
            Kernel.Run("beats", KernelTokens.Blocks);
            Classes = Kernel.Read<float>(pass.Beats, untouched.Length);
            Offsets = Kernel.Read<float>(pass.BeatOffset, KernelTokens.Bucket * Bins);
        }

        public LoneKernel Kernel { get; }

        public float[] Classes { get; }

        public float[] Offsets { get; }

        /// <summary>The steps that a token sees.</summary>
        public float[] Window(int token)
        {
            TokenMeta meta = KernelTokens.All[token];
            int tail = Before * config.Channels, own = Bins * config.Channels;
            float[] before = (meta.Flags & TokenFlags.HasBefore) == 0 ? new float[tail]
                : meta.Before >= 0 ? steps[(meta.Before * row + own - tail)..(meta.Before * row + own)]
                : tails[(meta.LeadSlot * tail)..((meta.LeadSlot + 1) * tail)];
            return [.. before, .. steps[(token * row)..(token * row + own)]];
        }

        public float[] Context(int token) => contexts[(token * Bins * config.BeatContext)..((token + 1) * Bins * config.BeatContext)];

        public void Dispose() => Kernel.Dispose();

        /// <summary>So many numbers for each token of the bucket, as the kernels hold them.</summary>
        private float[] Noise(int seed, int numbers) =>
            Array.ConvertAll(KernelSizes.Noise(seed, KernelTokens.Bucket * numbers, 2), Kernel.Rounded);
    }
}
