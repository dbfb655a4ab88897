using System.Globalization;
using AnyEcg.Engine;

namespace AnyEcg.Model;

/// <summary>
/// The network on a CUDA device. Weights, rings and buffers are reserved when it is made; a step allocates nothing after that. When a call of the device
/// fails, what the device held is of no use any more: that call and every later one throw <see cref="CudaFaultException"/>. Engine thread only, but for
/// <see cref="Info"/>.
/// </summary>
internal sealed class CudaModelRunner : IModelRunner
{
    private readonly CudaEngine engine;
    private readonly CudaPipeline pipeline;
    private readonly SlotTable slots;
    private readonly CudaSlots known;
    private readonly PlanIndex index;
    private readonly CudaSnapshot snapshots;
    private readonly int arrhythmiaClasses;
    private volatile ModelRunnerInfo info;
    private CudaFaultException? fault;
    private bool disposed;

    private CudaModelRunner(CudaEngine engine, NetworkConfig config, ModelRunnerInfo about, CudaModelOptions options)
    {
        this.engine = engine;
        arrhythmiaClasses = config.ArrhythmiaClasses;
        slots = new SlotTable(options.MaxSlots, engine.Rings.LeadSlots);
        known = new CudaSlots(options.MaxSlots, engine.Rings.LeadSlots, config.Window);
        index = new PlanIndex(slots, options.MaxRows, options.MaxTokens);
        pipeline = new CudaPipeline(engine, index, new PassBuilder(slots, known, index, engine.Buckets.Largest), about.Heads);
        snapshots = new CudaSnapshot(slots, known, engine, config, about.ModelId);
        Remark = engine.Rings.LeadSlots == options.MaxLeadSlots
            ? engine.Trouble
            : string.Create(CultureInfo.InvariantCulture, $"The card has room for {engine.Rings.LeadSlots} leads, not for {options.MaxLeadSlots}. {engine.Trouble}").Trim();
        info = about with { BytesPerLead = engine.Rings.BytesPerLead, Remark = Remark, Choice = Describe(engine) };
    }

    public ModelRunnerInfo Info => info;

    /// <summary>The device and what lies there; for measurements.</summary>
    internal CudaEngine Engine => engine;

    /// <summary>What was known to be amiss before the first step of a plan.</summary>
    private string Remark { get; set; }

    /// <summary>Opens the device, compiles or finds the kernels, and sends the weights: some seconds the first time, less from then on.</summary>
    /// <param name="weights">The tensors; not kept.</param>
    /// <param name="modelId">Name and hash of the weights.</param>
    /// <param name="heads">Heads to compute.</param>
    /// <param name="arrhythmiaLabels">Labels of the arrhythmia head's classes; may be empty.</param>
    /// <param name="judge">The beat judge that came with the weights, if one did.</param>
    /// <param name="options">Which card, and sizes.</param>
    /// <exception cref="CudaUnavailableException">There is no such card, or something that it needs is missing: the message says what.</exception>
    public static CudaModelRunner Create(
        ModelWeights weights, string modelId, ModelHeads heads, IReadOnlyList<string> arrhythmiaLabels, BeatJudge? judge, CudaModelOptions options)
    {
        options.Validate();
        CudaLimits.Check(weights.Config);
        ModelRunnerInfo about = new("cuda", modelId, options.MaxRows, options.MaxTokens, 0) { Heads = heads, ArrhythmiaLabels = arrhythmiaLabels, BeatJudge = judge };
        try
        {
            CudaEngine engine = new(weights, heads, options);
            try
            {
                return new CudaModelRunner(engine, weights.Config, about, options);
            }
            catch
            {
                engine.Dispose();
                throw;
            }
        }
        catch (CudaFaultException e)
        {
            string advice = e.IsOutOfMemory ? " Free memory on the card, or ask for fewer streams or smaller passes." : "";
            throw new CudaUnavailableException($"The CUDA engine cannot be made. {e.Message}{advice}", e) { IsDefect = !e.IsOutOfMemory };
        }
    }

    /// <summary>Adds what somebody else has found out about the device to what is amiss; before the runner serves.</summary>
    internal void Remember(string remark)
    {
        Remark = $"{Remark} {remark}".Trim();
        info = info with { Remark = $"{info.Remark} {remark}".Trim() };
    }

    /// <summary>For tests: the final state of a token of the last step, which was one pass.</summary>
    internal float[] FinalState(int token) => engine.ReadState(token);

    public bool TryOpen(int leadCount, out KvSlot slot)
    {
        Ready();
        bool open = slots.TryOpen(leadCount, out int number);
        slot = new KvSlot(number);
        if (open)
        {
            known.Forget(slots, number);
        }

        return open;
    }

    public void Reset(KvSlot slot)
    {
        Ready();
        known.Forget(slots, slots.Checked(slot));
    }

    public void Close(KvSlot slot)
    {
        Ready();
        slots.Close(slots.Checked(slot));
    }

    public void Step(StepPlan plan, StepScores scores)
    {
        Ready();
        StepChecks.Check(plan, scores, info, arrhythmiaClasses);
        if (plan.RowCount == 0)
        {
            return;
        }

        index.Check(plan);
        try
        {
            engine.Context.MakeCurrent();
            pipeline.Run(plan, scores);
        }
        catch (CudaFaultException e)
        {
            fault = e;
            pipeline.Drain();
            throw;
        }

        Notice();
    }

    public int SnapshotSize(KvSlot slot)
    {
        Ready();
        return snapshots.Size(slots.Checked(slot));
    }

    public void Snapshot(KvSlot slot, Span<byte> destination)
    {
        Ready();
        int number = slots.Checked(slot);
        try
        {
            engine.Context.MakeCurrent();
            snapshots.Write(number, destination);
        }
        catch (CudaFaultException e)
        {
            fault = e;
            throw;
        }
    }

    public void Restore(KvSlot slot, ReadOnlySpan<byte> snapshot)
    {
        Ready();
        int number = slots.Checked(slot);
        try
        {
            engine.Context.MakeCurrent();
            snapshots.Read(number, snapshot);
        }
        catch (CudaFaultException e)
        {
            fault = e;
            throw;
        }
    }

    public void Dispose()
    {
        if (!disposed)
        {
            disposed = true;
            pipeline.Drain();
            pipeline.Dispose();
            engine.Dispose();
        }
    }

    private static string Describe(CudaEngine engine)
    {
        CudaDevice card = engine.Context.About;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"The network runs on {card.Name}, compute capability {card.Major}.{card.Minor}, {card.TotalBytes / 1e9:F0} GB: rings for {engine.Rings.LeadSlots} leads, {engine.Rings.BytesPerLead} bytes each.");
    }

    private void Ready()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        if (fault is not null)
        {
            throw new CudaFaultException($"The device has failed before. {fault.Message}", fault);
        }
    }

    /// <summary>What turned out to be amiss in a step.</summary>
    private void Notice()
    {
        if (pipeline.Refusal.Length + engine.Step.GraphsMissing.Length > 0 && info.Remark == Remark)
        {
            string copies = pipeline.Refusal.Length > 0 ? $"Copies to and from the card wait for the host: {pipeline.Refusal}" : "";
            info = info with { Remark = string.Join(' ', new[] { Remark, copies, engine.Step.GraphsMissing }.Where(part => part.Length > 0)) };
        }
    }
}
