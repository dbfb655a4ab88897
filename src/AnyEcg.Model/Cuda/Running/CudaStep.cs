using AnyEcg.Engine;

namespace AnyEcg.Model;

/// <summary>
/// The launches of one pass, in their order. Each kind of pass - bucket, buffers, live or behind - is given piece by piece the first time, recorded the
/// second time, and one launch from then on. Only heads that are asked for are computed.
/// </summary>
internal sealed class CudaStep : IDisposable
{
    private const int Warps = Kernel.BlockThreads / 32, Tile = 32;

    private readonly NetworkConfig config;
    private readonly CudaKernels kernels;
    private readonly CudaProducts products;
    private readonly CudaStream stream;
    private readonly ModelHeads heads;
    private readonly CudaBuckets buckets;
    private readonly PassKind[] kinds;
    private Pass pass;
    private int bucket;

    /// <param name="parts">What the launches are made of.</param>
    /// <param name="config">Sizes.</param>
    /// <param name="heads">Heads to compute.</param>
    /// <param name="buckets">Sizes of passes.</param>
    /// <param name="stream">Where all of it runs.</param>
    public CudaStep(CudaStepParts parts, NetworkConfig config, ModelHeads heads, CudaBuckets buckets, CudaStream stream)
    {
        (kernels, products) = (parts.Kernels, parts.Products);
        (this.config, this.heads, this.buckets, this.stream) = (config, heads, buckets, stream);
        kinds = new PassKind[buckets.Sizes.Length * parts.Buffers.Length * 2];
        for (int i = 0; i < kinds.Length; i++)
        {
            Pass own = default;
            parts.Weights.Fill(ref own);
            parts.Rings.Fill(ref own);
            parts.Work.Fill(ref own);
            parts.Buffers[i / 2 % parts.Buffers.Length].Fill(ref own, i / 2 / parts.Buffers.Length);
            kinds[i] = new PassKind(own, i / 2 / parts.Buffers.Length, i % 2 == 0);
        }
    }

    /// <summary>The kernels by name; for measurements.</summary>
    public IReadOnlyDictionary<string, Kernel> Kernels => kernels.ByName();

    /// <summary>Why passes are given piece by piece; empty where they are not.</summary>
    public string GraphsMissing { get; private set; } = "";

    /// <summary>Measures each launch; none is recorded then. Null for none.</summary>
    public CudaProfile? Profile { get; set; }

    /// <summary>Gives a pass to the stream.</summary>
    public void Enqueue(int ofBucket, int buffers, bool live, bool reconstruct)
    {
        PassKind kind = kinds[2 * (ofBucket * (kinds.Length / 2 / buckets.Sizes.Length) + buffers) + (live ? 0 : 1)];
        (pass, bucket) = (kind.Pass, kind.Bucket);
        if (Profile is null && kind.HasRun && kind.Graph is null && GraphsMissing.Length == 0)
        {
            Record(kind);
        }

        if (Profile is null && kind.Graph is { } graph)
        {
            graph.Launch(stream);
        }
        else
        {
            Profile?.Begin(stream);
            EnqueueAll(live);
            kind.HasRun = true;
        }

        if (reconstruct)
        {
            Tokens(kernels.Reconstruct);
        }
    }

    private void Record(PassKind kind)
    {
        try
        {
            kind.Graph = CudaGraph.Record(stream, () => EnqueueAll(kind.IsLive));
        }
        catch (CudaFaultException e) when (e.IsOutOfMemory)
        {
            GraphsMissing = $"No memory for recorded passes: they are given piece by piece. {e.Message}";
        }
    }

    private void EnqueueAll(bool live)
    {
        Rows(kernels.Rotary);
        Tokens(kernels.Tokenize);
        Multiply(products.Embed, pass.Steps, pass.X);
        Tokens(kernels.AddLead);
        Quantize(afterLayers: 0);
        for (int layer = 0; layer < products.Layers.Length; layer++)
        {
            Layer(layer, live);
            Quantize(afterLayers: layer + 1);
        }

        Tokens(kernels.FinalNorm);
        ScoreTokens();
        ScoreRows();
        Tokens(kernels.Keep);
    }

    private void Layer(int layer, bool live)
    {
        LayerProducts own = products.Layers[layer];
        pass.Layer = layer;
        Tokens(kernels.Norm1);
        Multiply(own.Qkv, pass.Normed, pass.Qkv);
        Tokens(kernels.Prepare);
        Heads(live ? kernels.Attend : kernels.AttendBehind);
        if (!live)
        {
            Tokens(kernels.Append);
        }

        Multiply(own.Out, pass.Attended, pass.X);
        Tokens(kernels.Norm2);
        Multiply(own.Up, pass.Normed, pass.Hidden);
        Multiply(own.Down, pass.Hidden, pass.X);
    }

    private void Quantize(int afterLayers)
    {
        if (afterLayers == config.TokenizerLayers && (heads & ModelHeads.Surprise) != 0)
        {
            Launch(kernels.Quantize, (Size + Tile - 1) / Tile);
        }
    }

    private void ScoreTokens()
    {
        if ((heads & ModelHeads.Beats) != 0)
        {
            Multiply(products.BeatContext, pass.States, pass.BeatContext);
            Tokens(kernels.Beats);
        }

        if ((heads & ModelHeads.Surprise) != 0)
        {
            Tokens(kernels.GatherBefore);
            Multiply(products.NextCode, pass.Before, pass.NextLogits);
            Tokens(kernels.Surprise);
        }
    }

    private void ScoreRows()
    {
        Rows(kernels.Pool);
        Multiply(products.Row, pass.RowInput, pass.G);
        Rows(kernels.Epoch);
        if ((heads & (ModelHeads.Rhythm | ModelHeads.Anomaly)) != 0)
        {
            Multiply(products.RowHeads, pass.GReal, pass.RowLogits);
        }

        if ((heads & (ModelHeads.RecordAnomaly | ModelHeads.Arrhythmia | ModelHeads.Strip)) != 0)
        {
            Multiply(products.Record, pass.EpochInput, pass.RecordHidden);
            Multiply(products.RecordHeads, pass.RecordHidden, pass.RecordLogits);
        }

        Rows(kernels.RowScores);
    }

    private int Size => buckets.Sizes[bucket];

    /// <summary>A warp for each token.</summary>
    private void Tokens(Kernel kernel) => Launch(kernel, (Size + Warps - 1) / Warps);

    /// <summary>A warp for each row: there are no more of them than tokens.</summary>
    private void Rows(Kernel kernel) => Launch(kernel, (Size + Warps - 1) / Warps);

    /// <summary>A warp for each head of each token.</summary>
    private void Heads(Kernel kernel) => Launch(kernel, (Size * config.Heads + Warps - 1) / Warps);

    private void Launch(Kernel kernel, int blocks)
    {
        kernel.Launch(stream, blocks, pass);
        Profile?.Mark(stream, kernel.Name);
    }

    private void Multiply(Product product, nint from, nint to)
    {
        product.Enqueue(stream, from, to, bucket);
        Profile?.Mark(stream, product.Name);
    }

    public void Dispose()
    {
        foreach (PassKind kind in kinds)
        {
            kind.Graph?.Dispose();
        }
    }

    /// <summary>One of the kinds of pass.</summary>
    private sealed class PassKind(Pass pass, int bucket, bool isLive)
    {
        public Pass Pass => pass;

        public int Bucket => bucket;

        public bool IsLive => isLive;

        /// <summary>All its code is on the device.</summary>
        public bool HasRun { get; set; }

        public CudaGraph? Graph { get; set; }
    }
}

/// <summary>What the launches of a step are made of.</summary>
internal sealed record CudaStepParts(CudaKernels Kernels, CudaProducts Products, CudaWeights Weights, CudaRings Rings, CudaWork Work, PassBuffers[] Buffers);
