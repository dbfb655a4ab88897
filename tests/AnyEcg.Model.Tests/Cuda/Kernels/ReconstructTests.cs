using AnyEcg.Signal;

namespace AnyEcg.Model.Tests;

public sealed class ReconstructTests
{
    private const int Patch = PatchSecond.PatchSamples;
    private const float Untouched = 77;

    [CudaEmulatorTheory]
    [InlineData("small", true)]
    [InlineData("released", false)]
    [InlineData("wide", false)]
    public void Reconstruct_ReadOnlyTokens_EqualDoublePrecisionAndNoOtherIsWritten(string size, bool full)
    {
        ModelWeights weights = KernelSizes.Weights(size);
        int dim = weights.Config.Dim;
        using LoneKernel kernel = new(weights, full, ThreadOrder.Random, 5);
        float[] states = Array.ConvertAll(KernelSizes.Noise(4, KernelTokens.Bucket * dim, 2), kernel.Rounded);
        kernel.Pass.Counts = kernel.Array(new PassCounts(1, KernelTokens.Count));
        kernel.Pass.Tokens = kernel.Array(KernelTokens.All);
        kernel.Pass.States = kernel.Reals(states);
        kernel.Pass.Reconstructed = kernel.Array<float>([.. Enumerable.Repeat(Untouched, KernelTokens.Bucket * Patch)]);
        kernel.Run("reconstruct", KernelTokens.Blocks);

        float[] all = kernel.Read<float>(kernel.Pass.Reconstructed, KernelTokens.Bucket * Patch);
        KernelReference reference = new(weights, full ? x => x : kernel.Rounded);
        for (int token = 0; token < KernelTokens.Bucket; token++)
        {
            float[] own = all[(token * Patch)..((token + 1) * Patch)];
            if (token < KernelTokens.Count && KernelTokens.ReadOnly(token))
                Close.Assert(reference.Reconstruct(states.AsSpan(token * dim, dim)), own, 1e-5, $"token {token}");
            else
                Assert.All(own, x => Assert.Equal(Untouched, x));
        }
    }
}
