namespace AnyEcg.Model.Tests;

public sealed class CodeTests
{
    private const int Bucket = 64, Count = 43;
    private const float Untouched = 77;

    private static LoneKernel Open(ModelWeights weights, bool full, TokenMeta[] tokens)
    {
        LoneKernel kernel = new(weights, full, ThreadOrder.Random, 9);
        kernel.Pass.Counts = kernel.Array(new PassCounts(1, Count));
        kernel.Pass.Tokens = kernel.Array(tokens);
        return kernel;
    }

    [CudaEmulatorTheory]
    [InlineData("small")]
    [InlineData("released")]
    [InlineData("long")]
    public void Quantize_AnyToken_NamesTheCodeThatTheCpuNames(string size)
    {
        ModelWeights weights = KernelSizes.Weights(size);
        NetworkConfig config = weights.Config;
        float[] codes = weights["quantizer.codes"];
        Span<float> favourite = codes.AsSpan(3 * config.CodeDim, config.CodeDim);
        foreach (ref float x in favourite)
            x *= 3;
        favourite.CopyTo(codes.AsSpan((config.Codes - 1) * config.CodeDim));
        using LoneKernel kernel = Open(weights, full: false, new TokenMeta[Bucket]);
        float[] given = KernelSizes.Noise(5, Bucket * config.Dim, 2);
        kernel.Pass.X = kernel.Array(given);
        kernel.Pass.Code = kernel.Array([.. Enumerable.Repeat(-5, Bucket)]);
        kernel.Run("quantize", Bucket / 32);
        int[] expected = [.. given.Chunk(config.Dim).Select((row, token) => token < Count ? Nearest(weights, row) : -5)];
        Assert.Equal(expected, kernel.Read<int>(kernel.Pass.Code, Bucket));
        Assert.Contains(3, expected);
        Assert.DoesNotContain(config.Codes - 1, expected);
    }

    /// <summary>In float32, in the order of the CPU engine: bit for bit.</summary>
    private static int Nearest(ModelWeights weights, float[] x)
    {
        int depth = weights.Config.CodeDim, best = 0;
        float[] projected = [.. Enumerable.Range(0, depth).Select(i => Product(x, weights["quantizer.projection.weight"], i, weights["quantizer.projection.bias"][i]))];
        float[] products = [.. Enumerable.Range(0, weights.Config.Codes).Select(i => Product(projected, weights["quantizer.codes"], i, 0))];
        for (int i = 1; i < products.Length; i++)
            best = products[i] > products[best] ? i : best;
        return best;
    }

    private static float Product(float[] x, float[] matrix, int row, float sum)
    {
        for (int i = 0; i < x.Length; i++)
            sum = MathF.FusedMultiplyAdd(x[i], matrix[row * x.Length + i], sum);
        return sum;
    }

    /// <summary>Of eight tokens one is read-only, six have a second before, three of them in the pass.</summary>
    private static TokenMeta[] Tokens() => [.. Enumerable.Range(0, Bucket).Select(token => new TokenMeta
    {
        LeadSlot = Bucket - 1 - token,
        Flags = (token % 8 == 5 ? TokenFlags.ReadOnly : 0) | (token % 8 > 1 ? TokenFlags.HasBefore : 0),
        Before = token % 8 > 4 ? token - 5 : -1,
    })];

    private static bool HasBefore(TokenMeta token) => token.Flags.HasFlag(TokenFlags.HasBefore);

    [CudaEmulatorTheory]
    [InlineData("small", true)]
    [InlineData("long", false)]
    public void GatherBefore_InThePassOrBeforeItOrNever_FindsTheState(string size, bool full)
    {
        ModelWeights weights = KernelSizes.Weights(size);
        int dim = weights.Config.Dim;
        TokenMeta[] tokens = Tokens();
        using LoneKernel kernel = Open(weights, full, tokens);
        float[] states = Array.ConvertAll(KernelSizes.Noise(1, Bucket * dim), kernel.Rounded), last = Array.ConvertAll(KernelSizes.Noise(2, Bucket * dim), kernel.Rounded);
        kernel.Pass.States = kernel.Reals(states);
        kernel.Pass.LastStates = kernel.Reals(last);
        kernel.Pass.Before = kernel.Reals([.. Enumerable.Repeat(Untouched, Bucket * dim)]);
        kernel.Run("gather_before", Bucket / 4);
        float[] before = kernel.ReadReals(kernel.Pass.Before, Bucket * dim);
        for (int token = 0; token < Bucket; token++)
        {
            TokenMeta meta = tokens[token];
            ReadOnlySpan<float> from = meta.Before >= 0 ? states.AsSpan(meta.Before * dim, dim) : last.AsSpan(meta.LeadSlot * dim, dim);
            float[] expected = token >= Count ? [.. Enumerable.Repeat(Untouched, dim)] : HasBefore(meta) ? from.ToArray() : new float[dim];
            Assert.Equal(expected, before[(token * dim)..((token + 1) * dim)]);
        }
    }

    [CudaEmulatorTheory]
    [InlineData("small")]
    [InlineData("released")]
    [InlineData("long")]
    public void Surprise_OfTheCode_EqualsDoublePrecision(string size)
    {
        ModelWeights weights = KernelSizes.Weights(size);
        int codes = weights.Config.Codes, stride = (codes + 7) / 8 * 8;
        TokenMeta[] tokens = Tokens();
        using LoneKernel kernel = Open(weights, full: false, tokens);
        float[] logits = [.. KernelSizes.Noise(3, Count * stride, 30).Select((x, i) => i % stride < codes ? x + 40 : 1000)];
        int[] code = [.. Enumerable.Range(0, Bucket).Select(token => 7 * token % codes)];
        kernel.Pass.NextLogits = kernel.Array(logits);
        kernel.Pass.Code = kernel.Array(code);
        kernel.Pass.Surprise = kernel.Array([.. Enumerable.Repeat(Untouched, Bucket)]);
        kernel.Run("surprise", Bucket / 4);
        float[] surprise = kernel.Read<float>(kernel.Pass.Surprise, Bucket);
        double[] expected = [.. tokens.Select((meta, token) => token >= Count ? Untouched : !HasBefore(meta) ? 0 :
            -Math.Log(RowReference.Softmax(logits[(token * stride)..(token * stride + codes)])[code[token]]))];
        Close.Assert(expected, surprise, 3e-6, "surprise");
    }
}
