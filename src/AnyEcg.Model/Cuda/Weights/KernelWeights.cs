namespace AnyEcg.Model;

/// <summary>The weights that kernels read themselves, as pass.cuh describes them.</summary>
internal sealed class KernelWeights
{
    private delegate void Setter(ref Pass pass, nint address);

    private readonly WeightBlock block;
    private readonly ModelWeights weights;
    private readonly NetworkConfig config;
    private readonly List<(WeightPart Part, Setter Set)> parts = [];

    public KernelWeights(WeightBlock block, ModelWeights weights)
    {
        (this.block, this.weights, config) = (block, weights, weights.Config);
        AddTokenizer();
        AddHeads();
        Put(block.Doubles([.. Enumerable.Range(0, config.HeadDim / 2).Select(i => Math.Pow(config.RotaryBase, -2.0 * i / config.HeadDim))]), (ref Pass p, nint a) => p.RotaryRates = a);
        Func<LayerVectors>[] layers = [.. Enumerable.Range(0, config.Layers).Select(Layer)];
        Put(block.Addresses(layers.Length, () => Array.ConvertAll(layers, layer => layer())), (ref Pass p, nint a) => p.Layers = a);
    }

    /// <summary>Tells a pass where they lie, once the block has been sent.</summary>
    public void Fill(ref Pass pass)
    {
        foreach ((WeightPart part, Setter set) in parts)
        {
            set(ref pass, part.Address);
        }
    }

    private void AddTokenizer()
    {
        int c = config.Channels;
        Packed("conv.conv1.weight", c, ModelWeights.FirstKernel, (ref Pass p, nint a) => p.Conv1 = a, firstInput: 1);
        Packed("conv.conv2.weight", c, ModelWeights.StepKernel * c, (ref Pass p, nint a) => p.Conv2 = a);
        Packed("conv.conv3.weight", c, ModelWeights.StepKernel * c, (ref Pass p, nint a) => p.Conv3 = a);
        Floats("conv.conv1.bias", (ref Pass p, nint a) => p.Conv1Bias = a);
        Floats("conv.conv2.bias", (ref Pass p, nint a) => p.Conv2Bias = a);
        Floats("conv.conv3.bias", (ref Pass p, nint a) => p.Conv3Bias = a);
        Floats("conv.norm1.weight", (ref Pass p, nint a) => p.ConvNorm1Weight = a);
        Floats("conv.norm1.bias", (ref Pass p, nint a) => p.ConvNorm1Bias = a);
        Floats("conv.norm2.weight", (ref Pass p, nint a) => p.ConvNorm2Weight = a);
        Floats("conv.norm2.bias", (ref Pass p, nint a) => p.ConvNorm2Bias = a);
        Floats("conv.norm3.weight", (ref Pass p, nint a) => p.ConvNorm3Weight = a);
        Floats("conv.norm3.bias", (ref Pass p, nint a) => p.ConvNorm3Bias = a);
        Floats("lead.weight", (ref Pass p, nint a) => p.LeadEmbedding = a);
        Floats("query_token", (ref Pass p, nint a) => p.QueryToken = a);
    }

    private void AddHeads()
    {
        Floats("norm.weight", (ref Pass p, nint a) => p.NormWeight = a);
        Floats("norm.bias", (ref Pass p, nint a) => p.NormBias = a);
        Floats("pool_norm.weight", (ref Pass p, nint a) => p.PoolWeight = a);
        Floats("pool_norm.bias", (ref Pass p, nint a) => p.PoolBias = a);
        Floats("quantizer.projection.weight", (ref Pass p, nint a) => p.Projection = a);
        Floats("quantizer.projection.bias", (ref Pass p, nint a) => p.ProjectionBias = a);
        Floats("quantizer.codes", (ref Pass p, nint a) => p.Codes = a);
        int features = config.BeatChannels + config.BeatContext, outputs = Engine.StepScores.BeatClasses + 1;
        Packed("beats.local.weight", config.BeatChannels, ModelWeights.BeatKernel * config.Channels, (ref Pass p, nint a) => p.BeatLocal = a);
        Floats("beats.local.bias", (ref Pass p, nint a) => p.BeatLocalBias = a);
        Packed("beats.hidden.weight", config.BeatHidden, features, (ref Pass p, nint a) => p.BeatHidden = a);
        Floats("beats.hidden.bias", (ref Pass p, nint a) => p.BeatHiddenBias = a);
        Packed("beats.output.weight", outputs, config.BeatHidden, (ref Pass p, nint a) => p.BeatOutput = a);
        Floats("beats.output.bias", (ref Pass p, nint a) => p.BeatOutputBias = a, TileWeights.Padded(outputs));
        Packed("reconstruction.weight", Signal.PatchSecond.PatchSamples, config.Dim, (ref Pass p, nint a) => p.Reconstruction = a);
        Floats("reconstruction.bias", (ref Pass p, nint a) => p.ReconstructionBias = a, TileWeights.Padded(Signal.PatchSecond.PatchSamples));
    }

    private Func<LayerVectors> Layer(int layer)
    {
        string name = ModelWeights.BlockName(config, layer);
        float root = 1 / MathF.Sqrt(config.HeadDim);
        WeightPart norm1Weight = Vector($"{name}.norm1.weight"), norm1Bias = Vector($"{name}.norm1.bias");
        WeightPart norm2Weight = Vector($"{name}.norm2.weight"), norm2Bias = Vector($"{name}.norm2.bias");
        WeightPart queryWeight = Vector($"{name}.attention.q_norm.weight", root), queryBias = Vector($"{name}.attention.q_norm.bias", root);
        WeightPart keyWeight = Vector($"{name}.attention.k_norm.weight"), keyBias = Vector($"{name}.attention.k_norm.bias");
        return () => new LayerVectors
        {
            Norm1Weight = norm1Weight.Address,
            Norm1Bias = norm1Bias.Address,
            Norm2Weight = norm2Weight.Address,
            Norm2Bias = norm2Bias.Address,
            QueryWeight = queryWeight.Address,
            QueryBias = queryBias.Address,
            KeyWeight = keyWeight.Address,
            KeyBias = keyBias.Address,
        };
    }

    private WeightPart Vector(string name, float scale = 1) =>
        block.Floats(weights[name].Length, () => Array.ConvertAll(weights[name], value => value * scale));

    private void Floats(string name, Setter set, int length = 0)
    {
        int count = Math.Max(length, weights[name].Length);
        Put(block.Floats(count, () => LinearLayout.Filled(weights[name], count)), set);
    }

    private void Packed(string name, int outputs, int inputs, Setter set, int firstInput = 0)
    {
        int count = TileWeights.Padded(outputs) * TileWeights.Padded(firstInput + inputs);
        Put(block.Reals(count, () => TileWeights.Pack(weights[name], outputs, inputs, firstInput)), set);
    }

    private void Put(WeightPart part, Setter set) => parts.Add((part, set));
}
