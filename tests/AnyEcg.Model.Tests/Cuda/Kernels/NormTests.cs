namespace AnyEcg.Model.Tests;

public sealed class NormTests
{
    private const int Bucket = KernelTokens.Bucket, Count = KernelTokens.Count;
    private const float Untouched = 77;

    private static LoneKernel Open(ModelWeights weights, bool full)
    {
        LoneKernel kernel = new(weights, full, ThreadOrder.Random, 2);
        kernel.Pass.Counts = kernel.Array(new PassCounts(Count, Count));
        kernel.Pass.Tokens = kernel.Array(KernelTokens.All);
        kernel.Pass.Layer = weights.Config.Layers - 1;
        return kernel;
    }

    /// <summary>A number per token and column; behind the pass's tokens what no kernel may touch.</summary>
    private static float[] Tokens(int width) => [.. KernelSizes.Noise(7, Count * width, 3), .. Enumerable.Repeat(Untouched, (Bucket - Count) * width)];

    private static float[] Blank(int width) => [.. Enumerable.Repeat(Untouched, Bucket * width)];

    [CudaEmulatorTheory]
    [InlineData("small", true)]
    [InlineData("long", false)]
    public void AddLead_EmbeddingsAndQueries_GetTheirLeads(string size, bool full)
    {
        ModelWeights weights = KernelSizes.Weights(size);
        using LoneKernel kernel = Open(weights, full);
        int dim = weights.Config.Dim;
        float[] x = Tokens(dim);
        kernel.Pass.X = kernel.Array(x);
        kernel.Run("add_lead", KernelTokens.Blocks);
        float[] expected = [.. x];
        for (int i = 0; i < Count * dim; i++)
        {
            float from = KernelTokens.ReadOnly(i / dim) ? weights["query_token"][i % dim] : x[i];
            expected[i] = from + weights["lead.weight"][KernelTokens.All[i / dim].Lead * dim + i % dim];
        }

        Assert.Equal(expected, kernel.Read<float>(kernel.Pass.X, x.Length));
    }

    [CudaEmulatorTheory]
    [InlineData("norm1", "small", true)]
    [InlineData("norm2", "long", false)]
    [InlineData("norm2", "small", true)]
    [InlineData("norm1", "broad", false)]
    [InlineData("final_norm", "released", false)]
    public void Norm_EachToken_EqualsDoublePrecision(string name, string size, bool full)
    {
        ModelWeights weights = KernelSizes.Weights(size);
        using LoneKernel kernel = Open(weights, full);
        int dim = weights.Config.Dim;
        float[] x = Tokens(dim);
        kernel.Pass.X = kernel.Array(x);
        kernel.Pass.Normed = kernel.Pass.States = kernel.Reals(Blank(dim));
        kernel.Run(name, KernelTokens.Blocks);
        float[] y = kernel.ReadReals(kernel.Pass.Normed, Bucket * dim);
        string tensor = name == "final_norm" ? "norm" : $"{ModelWeights.BlockName(weights.Config, weights.Config.Layers - 1)}.{name}";
        for (int token = 0; token < Count; token++)
        {
            double[] expected = RowReference.Norm(RowReference.Doubles(x.AsSpan(token * dim, dim)), weights[$"{tensor}.weight"], weights[$"{tensor}.bias"]);
            Close.Assert(expected, y.AsSpan(token * dim, dim), full ? 2e-6 : 4e-3, $"token {token}");
        }

        Assert.All(y.Skip(Count * dim), value => Assert.Equal(Untouched, value));
    }

    [CudaEmulatorTheory]
    [InlineData("small", true)]
    [InlineData("released", false)]
    [InlineData("long", false)]
    [InlineData("deep", true)]
    public void RotaryAndPrepare_LateSeconds_EqualDoublePrecision(string size, bool full)
    {
        ModelWeights weights = KernelSizes.Weights(size);
        NetworkConfig config = weights.Config;
        using LoneKernel kernel = Open(weights, full);
        int width = 3 * config.Dim;
        RowMeta[] rows = [.. Enumerable.Range(0, Bucket).Select(row => new RowMeta { Second = row < 2 ? row : 10_000_000 - 17 * row })];
        float[] qkv = Array.ConvertAll(Tokens(width), kernel.Rounded);
        kernel.Pass.Rows = kernel.Array(rows);
        kernel.Pass.Tokens = kernel.Array([.. Enumerable.Range(0, Bucket).Select(token => new TokenMeta { Row = Count - 1 - token })]);
        kernel.Pass.Rotary = kernel.Array(Blank(config.HeadDim));
        kernel.Pass.Qkv = kernel.Reals(qkv);
        kernel.Run("rotary", KernelTokens.Blocks);
        kernel.Run("prepare", KernelTokens.Blocks);
        Assert.All(kernel.Read<float>(kernel.Pass.Rotary, Bucket * config.HeadDim).Skip(Count * config.HeadDim), value => Assert.Equal(Untouched, value));
        float[] result = kernel.ReadReals(kernel.Pass.Qkv, Bucket * width);
        for (int part = 0; part < 2 * config.Heads * Count; part++)
        {
            (int token, int head) = (part / (2 * config.Heads), part % (2 * config.Heads));
            int at = token * width + head * config.HeadDim;
            double[] expected = Prepared(weights, qkv.AsSpan(at, config.HeadDim), head < config.Heads, rows[Count - 1 - token].Second);
            Close.Assert(expected, result.AsSpan(at, config.HeadDim), full ? 4e-6 : 4e-3, $"token {token}, head {head}");
        }

        Assert.Equal(Values(qkv, config), Values(result, config));
        Assert.Equal(qkv[(Count * width)..], result[(Count * width)..]);
    }

    private static float[] Values(float[] qkv, NetworkConfig config) => [.. qkv.Chunk(config.Dim).Where((_, i) => i % 3 == 2).SelectMany(x => x)];

    private static double[] Prepared(ModelWeights weights, ReadOnlySpan<float> x, bool query, long second)
    {
        string tensor = $"{ModelWeights.BlockName(weights.Config, weights.Config.Layers - 1)}.attention.{(query ? "q_norm" : "k_norm")}";
        double[] y = RowReference.Norm(RowReference.Doubles(x), weights[$"{tensor}.weight"], weights[$"{tensor}.bias"]);
        int half = y.Length / 2;
        double scale = query ? 1 / Math.Sqrt(y.Length) : 1;
        for (int i = 0; i < half; i++)
        {
            (double sine, double cosine) = Math.SinCos(second * Math.Pow(weights.Config.RotaryBase, -(double)i / half));
            (y[i], y[half + i]) = (scale * (y[i] * cosine - y[half + i] * sine), scale * (y[half + i] * cosine + y[i] * sine));
        }

        return y;
    }
}
