using AnyEcg.Engine;
using AnyEcg.Signal;

namespace AnyEcg.Model;

/// <summary>
/// What goes in and comes out of one pass: the host's locked memory in which the pass is described, the device's memory for description, patches and
/// context features, and for the scores. There are two, so that copies of one pass overlap the computation of another; events say how far each is.
/// </summary>
internal sealed unsafe class PassBuffers : IDisposable
{
    private delegate void Setter(ref Pass pass, nint address);

    private readonly DeviceLayout layout = new();
    private readonly List<(long Offset, Setter Set)> parts = [];
    private readonly PassLayout[] layouts;
    private readonly PinnedMemory staging;
    private readonly DeviceMemory memory;
    private readonly long description;
    private Pass addresses;

    /// <param name="context">The device.</param>
    /// <param name="config">Sizes.</param>
    /// <param name="buckets">Sizes of passes.</param>
    public PassBuffers(CudaContext context, NetworkConfig config, CudaBuckets buckets)
    {
        int words = (config.Window + 63) / 64;
        long tokens = buckets.Largest;
        layouts = [.. buckets.Sizes.Select(size => new PassLayout(size, words))];
        description = layout.Add(layouts[^1].Bytes);
        Add(tokens * PatchSecond.PatchSamples, (ref Pass p, nint a) => p.Patches = a);
        Add(tokens * ContextFeatures.Count, (ref Pass p, nint a) => p.Context = a);
        Add(tokens * RhythmClasses.Count, (ref Pass p, nint a) => p.Rhythm = a);
        Add(tokens, (ref Pass p, nint a) => p.Anomaly = a);
        Add(tokens * StepScores.BeatBins * StepScores.BeatClasses, (ref Pass p, nint a) => p.Beats = a);
        Add(tokens * StepScores.BeatBins, (ref Pass p, nint a) => p.BeatOffset = a);
        Add(tokens, (ref Pass p, nint a) => p.Surprise = a);
        Add(tokens, (ref Pass p, nint a) => p.Code = a);
        Add(tokens * config.ArrhythmiaClasses, (ref Pass p, nint a) => p.Arrhythmia = a);
        Add(tokens, (ref Pass p, nint a) => p.RecordAnomaly = a);
        Add(tokens * StripLabels.Count, (ref Pass p, nint a) => p.Strip = a);
        Add(tokens * PatchSecond.PatchSamples, (ref Pass p, nint a) => p.Reconstructed = a);
        memory = new DeviceMemory(context, layout.Bytes, $"patches and scores of {tokens} tokens", cleared: true);
        staging = new PinnedMemory(context, layouts[^1].Bytes, "the description of a pass");
        Fill(ref addresses, 0);
        CopiedIn = new CudaEvent(context, CudaEventUse.Order);
        Computed = new CudaEvent(context, CudaEventUse.Order);
        CopiedOut = new CudaEvent(context, CudaEventUse.Order);
    }

    /// <summary>The description and the inputs are on the device: the staging memory is free again.</summary>
    public CudaEvent CopiedIn { get; }

    /// <summary>The scores are there, and the inputs are free again.</summary>
    public CudaEvent Computed { get; }

    /// <summary>The scores are with the host, and their memory on the device is free again.</summary>
    public CudaEvent CopiedOut { get; }

    /// <summary>Where inputs and scores lie on the device.</summary>
    public ref readonly Pass Addresses => ref addresses;

    /// <summary>Where the host describes a pass of this bucket.</summary>
    public PassMemory Describe(int bucket) => new((byte*)staging.Address, layouts[bucket]);

    /// <summary>Copies a description, as far as it is used.</summary>
    public void Send(CudaStream stream, int bucket, PassRange pass, int crossKeys)
    {
        PassLayout at = layouts[bucket];
        int bytes = pass.IsLive ? at.Cross + crossKeys * sizeof(CrossKey) : at.Order + pass.Tokens * sizeof(int);
        stream.CopyIn(memory.At(description), staging.Address, bytes);
    }

    /// <summary>Tells a pass of this bucket where inputs and scores lie.</summary>
    public void Fill(ref Pass pass, int bucket)
    {
        PassLayout at = layouts[bucket];
        pass.Counts = memory.At(description);
        pass.Rows = memory.At(description + at.Rows);
        pass.Tokens = memory.At(description + at.Tokens);
        pass.Presence = memory.At(description + at.Presence);
        pass.Cross = memory.At(description + at.Cross);
        pass.Order = memory.At(description + at.Order);
        foreach ((long offset, Setter set) in parts)
        {
            set(ref pass, memory.At(offset));
        }
    }

    public void Dispose()
    {
        CopiedOut.Dispose();
        Computed.Dispose();
        CopiedIn.Dispose();
        staging.Dispose();
        memory.Dispose();
    }

    private void Add(long numbers, Setter set) => parts.Add((layout.Add(numbers * sizeof(float)), set));
}
