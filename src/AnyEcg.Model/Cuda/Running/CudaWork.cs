namespace AnyEcg.Model;

/// <summary>What kernels leave for the kernels after them, in one allocation: room for the largest pass. Passes follow one another, so there is one.</summary>
internal sealed class CudaWork : IDisposable
{
    private delegate void Setter(ref Pass pass, nint address);

    private readonly DeviceLayout layout = new();
    private readonly List<(long Offset, Setter Set)> parts = [];
    private readonly DeviceMemory memory;

    /// <param name="context">The device.</param>
    /// <param name="config">Sizes.</param>
    /// <param name="tokens">Tokens, and rows, of the largest pass.</param>
    /// <param name="full">Reals are float32 in place of bfloat16.</param>
    public CudaWork(CudaContext context, NetworkConfig config, long tokens, bool full)
    {
        int real = full ? sizeof(float) : sizeof(ushort), d = config.Dim, h = config.RowHidden;
        Add(tokens * config.HeadDim * sizeof(float), (ref Pass p, nint a) => p.Rotary = a);
        Add(tokens * LinearLayout.Padded(ModelWeights.Steps * config.Channels + 2) * real, (ref Pass p, nint a) => p.Steps = a);
        Add(tokens * d * sizeof(float), (ref Pass p, nint a) => p.X = a);
        Add(tokens * d * real, (ref Pass p, nint a) => p.Normed = a);
        Add(tokens * 3 * d * real, (ref Pass p, nint a) => p.Qkv = a);
        Add(tokens * d * real, (ref Pass p, nint a) => p.Attended = a);
        Add(tokens * config.MlpRatio * d * real, (ref Pass p, nint a) => p.Hidden = a);
        StatesOffset = Add(tokens * d * real, (ref Pass p, nint a) => p.States = a);
        Add(tokens * d * real, (ref Pass p, nint a) => p.Before = a);
        Add(tokens * LinearLayout.Padded(ModelWeights.Steps * config.BeatContext) * real, (ref Pass p, nint a) => p.BeatContext = a);
        Add(tokens * LinearLayout.Padded(config.Codes) * sizeof(float), (ref Pass p, nint a) => p.NextLogits = a);
        Add(tokens * LinearLayout.Padded(d + config.ContextFeatures) * real, (ref Pass p, nint a) => p.RowInput = a);
        Add(tokens * h * sizeof(float), (ref Pass p, nint a) => p.G = a);
        Add(tokens * h * real, (ref Pass p, nint a) => p.GReal = a);
        Add(tokens * (2 * h + d) * real, (ref Pass p, nint a) => p.EpochInput = a);
        Add(tokens * h * real, (ref Pass p, nint a) => p.RecordHidden = a);
        Add(tokens * 16 * sizeof(float), (ref Pass p, nint a) => p.RowLogits = a);
        Add(tokens * LinearLayout.Padded(config.ArrhythmiaClasses + 1 + Signal.StripLabels.Count) * sizeof(float), (ref Pass p, nint a) => p.RecordLogits = a);
        memory = new DeviceMemory(context, layout.Bytes, $"passes of {tokens} tokens", cleared: true);
    }

    public DeviceMemory Memory => memory;

    /// <summary>Where the final states of the last pass lie.</summary>
    public long StatesOffset { get; }

    /// <summary>Tells a pass where all of it lies.</summary>
    public void Fill(ref Pass pass)
    {
        foreach ((long offset, Setter set) in parts)
        {
            set(ref pass, memory.At(offset));
        }
    }

    public void Dispose() => memory.Dispose();

    private long Add(long bytes, Setter set)
    {
        parts.Add((layout.Add(bytes), set));
        return parts[^1].Offset;
    }
}
