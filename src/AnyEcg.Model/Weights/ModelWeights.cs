using AnyEcg.Engine;
using AnyEcg.Signal;

namespace AnyEcg.Model;

/// <summary>The tensors of one network, by the names of training/network.py. Checked complete, of the right shape, finite.</summary>
internal sealed class ModelWeights
{
    /// <summary>Rows of the lead embedding: <see cref="Lead"/>.</summary>
    public const int Leads = 15;

    /// <summary>Steps of the convolution stack in one patch.</summary>
    public const int Steps = 30;

    public const int FirstKernel = 15, FirstStride = 10, FirstPadding = 7, StepKernel = 3, BeatKernel = 13;

    private readonly Func<string, float[]> tensors;

    /// <param name="config">Sizes.</param>
    /// <param name="tensors">Gives a tensor of the right shape by its name.</param>
    public ModelWeights(NetworkConfig config, Func<string, float[]> tensors)
    {
        Config = config;
        this.tensors = tensors;
    }

    private ModelWeights(NetworkConfig config, Dictionary<string, float[]> tensors)
        : this(config, name => tensors[name])
    {
    }

    public NetworkConfig Config { get; }

    public float[] this[string name] => tensors(name);

    /// <summary>Reads all tensors that the configuration asks for, and refuses a file that holds others.</summary>
    public static ModelWeights Read(SafetensorsFile file, NetworkConfig config)
    {
        Dictionary<string, float[]> tensors = new(StringComparer.Ordinal);
        foreach ((string name, int[] shape) in Shapes(config))
        {
            if (file.Contains(name) && !file.Shape(name).SequenceEqual(shape.Select(d => (long)d)))
            {
                throw new InvalidDataException($"Tensor {name} has shape [{string.Join(", ", file.Shape(name))}]; the manifest asks for [{string.Join(", ", shape)}].");
            }

            tensors[name] = file.Read<float>(name);
            if (!Array.TrueForAll(tensors[name], float.IsFinite))
            {
                throw new InvalidDataException($"Tensor {name} holds values that are not finite.");
            }
        }

        string? unknown = file.Names.FirstOrDefault(name => !tensors.ContainsKey(name));
        return unknown is null
            ? new ModelWeights(config, tensors)
            : throw new InvalidDataException($"Tensor {unknown} does not belong to the network of the manifest.");
    }

    /// <summary>Random weights of any size, for benchmarks and tests: the spread keeps activations near 1.</summary>
    public static ModelWeights Random(NetworkConfig config, int seed)
    {
        config.Validate();
        Random random = new(seed);
        Dictionary<string, float[]> tensors = new(StringComparer.Ordinal);
        foreach ((string name, int[] shape) in Shapes(config))
        {
            tensors[name] = RandomTensor(random, name, shape);
        }

        return new ModelWeights(config, tensors);
    }

    /// <summary>
    /// Random weights of a network that is too large to hold twice: a tensor is made, always the same, when it is asked for, and a large one is kept until
    /// another is. Not thread-safe.
    /// </summary>
    public static ModelWeights RandomOnDemand(NetworkConfig config, int seed)
    {
        const int Small = 1 << 16;
        config.Validate();
        Dictionary<string, (int[] Shape, int Number)> shapes = new(StringComparer.Ordinal);
        foreach ((string name, int[] shape) in Shapes(config))
        {
            shapes.Add(name, (shape, shapes.Count));
        }

        Dictionary<string, float[]> small = new(StringComparer.Ordinal);
        (string Name, float[] Values) large = ("", []);
        return new ModelWeights(config, name =>
        {
            if (large.Name == name)
            {
                return large.Values;
            }

            if (small.TryGetValue(name, out float[]? known))
            {
                return known;
            }

            (int[] shape, int number) = shapes[name];
            float[] made = RandomTensor(new Random(unchecked((seed * 7919) + number)), name, shape);
            if (made.Length <= Small)
            {
                small.Add(name, made);
            }
            else
            {
                large = (name, made);
            }

            return made;
        });
    }

    private static float[] RandomTensor(Random random, string name, int[] shape)
    {
        bool gain = shape.Length == 1 && name.EndsWith(".weight", StringComparison.Ordinal);
        float centre = gain ? 1 : 0;
        float spread = shape.Length == 1 ? 0.2f : 1.7f / MathF.Sqrt(shape[^1]);
        float[] values = new float[shape.Aggregate(1, (product, d) => checked(product * d))];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = centre + spread * (2 * random.NextSingle() - 1);
        }

        return values;
    }

    /// <summary>Name and shape of every tensor; weights are [outputs, inputs].</summary>
    public static IEnumerable<(string Name, int[] Shape)> Shapes(NetworkConfig c)
    {
        IEnumerable<(string, int[])> tokenizer =
        [
            .. Linear("conv.conv1", c.Channels, FirstKernel), .. Affine("conv.norm1", c.Channels),
            .. Linear("conv.conv2", c.Channels, StepKernel * c.Channels), .. Affine("conv.norm2", c.Channels),
            .. Linear("conv.conv3", c.Channels, StepKernel * c.Channels), .. Affine("conv.norm3", c.Channels),
            .. Linear("embed", c.Dim, Steps * c.Channels + 2),
            ("lead.weight", [Leads, c.Dim]), ("query_token", [c.Dim]),
            .. Linear("quantizer.projection", c.CodeDim, c.Dim), ("quantizer.codes", [c.Codes, c.CodeDim]),
        ];
        IEnumerable<(string, int[])> heads =
        [
            .. Affine("norm", c.Dim), .. Affine("pool_norm", c.Dim),
            .. Linear("row_hidden", c.RowHidden, c.Dim + c.ContextFeatures), .. Linear("rhythm", RhythmClasses.Count, c.RowHidden),
            .. Linear("anomaly", 1, c.RowHidden), .. Linear("record_hidden", c.RowHidden, 2 * c.RowHidden + c.Dim),
            .. Linear("arrhythmia", c.ArrhythmiaClasses, c.RowHidden), .. Linear("anomaly_record", 1, c.RowHidden),
            .. Linear("strip", StripLabels.Count, c.RowHidden),
            .. Linear("beats.local", c.BeatChannels, BeatKernel * c.Channels), .. Linear("beats.context", Steps * c.BeatContext, c.Dim),
            .. Linear("beats.hidden", c.BeatHidden, c.BeatChannels + c.BeatContext), .. Linear("beats.output", StepScores.BeatClasses + 1, c.BeatHidden),
            .. Linear("next_code", c.Codes, c.Dim), .. Linear("reconstruction", PatchSecond.PatchSamples, c.Dim),
        ];
        return tokenizer
            .Concat(Enumerable.Range(0, c.TokenizerLayers).SelectMany(i => Block($"tokenizer.{i}", c)))
            .Concat(Enumerable.Range(0, c.EncoderLayers).SelectMany(i => Block($"encoder.{i}", c)))
            .Concat(heads);
    }

    /// <summary>Prefix of a layer's tensors, counted over tokenizer and encoder.</summary>
    public static string BlockName(NetworkConfig config, int layer) =>
        layer < config.TokenizerLayers ? $"tokenizer.{layer}" : $"encoder.{layer - config.TokenizerLayers}";

    private static IEnumerable<(string, int[])> Block(string name, NetworkConfig c) =>
    [
        .. Affine($"{name}.norm1", c.Dim), ($"{name}.attention.qkv.weight", [3 * c.Dim, c.Dim]),
        .. Affine($"{name}.attention.q_norm", c.HeadDim), .. Affine($"{name}.attention.k_norm", c.HeadDim),
        .. Linear($"{name}.attention.out", c.Dim, c.Dim), ($"{name}.scale1", [c.Dim]),
        .. Affine($"{name}.norm2", c.Dim), .. Linear($"{name}.up", c.MlpRatio * c.Dim, c.Dim),
        .. Linear($"{name}.down", c.Dim, c.MlpRatio * c.Dim), ($"{name}.scale2", [c.Dim]),
    ];

    private static (string, int[])[] Linear(string name, int outputs, int inputs) => [($"{name}.weight", [outputs, inputs]), ($"{name}.bias", [outputs])];

    private static (string, int[])[] Affine(string name, int width) => [($"{name}.weight", [width]), ($"{name}.bias", [width])];
}
