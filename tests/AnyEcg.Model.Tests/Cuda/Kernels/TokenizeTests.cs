using AnyEcg.Signal;

namespace AnyEcg.Model.Tests;

public sealed class TokenizeTests
{
    private const int Patch = PatchSecond.PatchSamples;
    private const float Untouched = 77;

    [CudaEmulatorTheory]
    [InlineData("small", true)]
    [InlineData("small", false)]
    [InlineData("released", true)]
    [InlineData("released", false)]
    [InlineData("wide", false)]
    public void Tokenize_OfEveryKindOfToken_EqualsDoublePrecision(string size, bool full)
    {
        ModelWeights weights = KernelSizes.Weights(size);
        (int steps, int row) = Lengths(weights.Config);
        float[] all = Run(weights, full, ThreadOrder.Forward, 1, out KernelReference reference);
        for (int token = 0; token < KernelTokens.Count; token++)
        {
            float[] own = all[(token * row)..((token + 1) * row)];
            double[] expected = KernelTokens.ReadOnly(token) ? new double[steps + 2] : reference.Tokenize(Patches().AsSpan(token * Patch, Patch));
            Close.Assert(expected, own.AsSpan(0, steps + 2), full ? 1e-5 : 1e-2, $"token {token}");
            Assert.All(own[(steps + 2)..], x => Assert.Equal(0, x));
        }

        Assert.All(all[(KernelTokens.Count * row)..], x => Assert.Equal(Untouched, x));
    }

    [CudaEmulatorTheory]
    [InlineData("small", true)]
    [InlineData("wide", false)]
    public void Tokenize_ThreadsInAnyOrder_SameBits(string size, bool full)
    {
        ModelWeights weights = KernelSizes.Weights(size);
        float[] expected = Run(weights, full, ThreadOrder.Forward, 1, out _);
        Assert.Equal(expected, Run(weights, full, ThreadOrder.Reverse, 1, out _));
        for (ulong seed = 1; seed <= 3; seed++)
            Assert.Equal(expected, Run(weights, full, ThreadOrder.Random, seed, out _));
    }

    private static (int Steps, int Row) Lengths(NetworkConfig config)
    {
        int steps = ModelWeights.Steps * config.Channels;
        return (steps, steps + 8);
    }

    /// <summary>Heights from a quarter to two millivolts, on a slope; what stands in the place of a read-only token is no number.</summary>
    private static float[] Patches()
    {
        float[] patches = KernelSizes.Noise(3, KernelTokens.Bucket * Patch, 0.25f);
        for (int i = 0; i < patches.Length; i++)
            patches[i] = KernelTokens.ReadOnly(i / Patch) ? float.NaN : patches[i] * (1 + i / Patch) + i % Patch * 1e-3f;
        return patches;
    }

    private static float[] Run(ModelWeights weights, bool full, ThreadOrder order, ulong seed, out KernelReference reference)
    {
        using LoneKernel kernel = new(weights, full, order, seed);
        int numbers = KernelTokens.Bucket * Lengths(weights.Config).Row;
        kernel.Pass.Counts = kernel.Array(new PassCounts(1, KernelTokens.Count));
        kernel.Pass.Tokens = kernel.Array(KernelTokens.All);
        kernel.Pass.Patches = kernel.Array(Patches());
        kernel.Pass.Steps = kernel.Reals([.. Enumerable.Repeat(Untouched, numbers)]);
        kernel.Run("tokenize", KernelTokens.Blocks);
        reference = new KernelReference(weights, full ? x => x : kernel.Rounded);
        return kernel.ReadReals(kernel.Pass.Steps, numbers);
    }
}
