namespace AnyEcg.Model;

/// <summary>
/// The network on the device, in one allocation: matrices of the products, and what kernels read. LayerScale is folded into the matrices behind it and
/// 1 / sqrt(d_head) into the query's norm, as on the CPU.
/// </summary>
internal sealed class CudaWeights : IDisposable
{
    private const int RowOutputs = 16;

    private readonly DeviceMemory memory;
    private readonly KernelWeights kernels;

    /// <param name="context">The device.</param>
    /// <param name="weights">The tensors; not kept.</param>
    /// <param name="full">Reals are float32 in place of bfloat16.</param>
    public CudaWeights(CudaContext context, ModelWeights weights, bool full)
    {
        WeightBlock block = new(full);
        LinearLayout layout = new(block, weights, full);
        Embed = layout.Linear(Spec("the embedding", floats: true), ["embed"]);
        Blocks = [.. Enumerable.Range(0, weights.Config.Layers).Select(layer => Block(layout, weights.Config, layer))];
        BeatContext = layout.Linear(Spec("the context of beats"), ["beats.context"]);
        NextCode = layout.Linear(Spec("the next code", floats: true), ["next_code"]);
        Row = layout.Linear(Spec("the second", floats: true) with { Gelu = true }, ["row_hidden"]);
        RowHeads = layout.Linear(Spec("the heads of the second", floats: true), ["rhythm", "anomaly"], leastOutputs: RowOutputs);
        Record = layout.Linear(Spec("the epoch") with { Gelu = true }, ["record_hidden"]);
        RecordHeads = layout.Linear(Spec("the heads of the epoch", floats: true), ["arrhythmia", "anomaly_record", "strip"]);
        kernels = new KernelWeights(block, weights);
        memory = block.Send(context);
    }

    public CudaLinear Embed { get; }

    public CudaBlock[] Blocks { get; }

    public CudaLinear BeatContext { get; }

    public CudaLinear NextCode { get; }

    public CudaLinear Row { get; }

    public CudaLinear RowHeads { get; }

    public CudaLinear Record { get; }

    public CudaLinear RecordHeads { get; }

    public long Bytes => memory.Bytes;

    /// <summary>Tells a pass where the kernels' weights lie.</summary>
    public void Fill(ref Pass pass) => kernels.Fill(ref pass);

    public void Dispose() => memory.Dispose();

    private static CudaBlock Block(LinearLayout layout, NetworkConfig config, int layer)
    {
        string name = ModelWeights.BlockName(config, layer), title = $"{name.Replace('.', ' ')}: ";
        return new CudaBlock(
            layout.Matrix(Spec($"{title}query, key and value"), $"{name}.attention.qkv.weight", config.Dim),
            layout.Linear(Spec($"{title}what attention adds", floats: true) with { Accumulate = true }, [$"{name}.attention.out"], $"{name}.scale1"),
            layout.Linear(Spec($"{title}up") with { Gelu = true }, [$"{name}.up"]),
            layout.Linear(Spec($"{title}down", floats: true) with { Accumulate = true }, [$"{name}.down"], $"{name}.scale2"));
    }

    private static ProductSpec Spec(string name, bool floats = false) => new(name, 0, 0) { FloatOutput = floats };
}
