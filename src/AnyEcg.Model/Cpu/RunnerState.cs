namespace AnyEcg.Model;

/// <summary>What outlasts a step: slots and rings, the index of the plan at work, and the units that compute it.</summary>
internal sealed class RunnerState : IDisposable
{
    public RunnerState(NativeArena arena, NetworkConfig config, CpuModelOptions options)
    {
        Slots = new SlotTable(options.MaxSlots, options.MaxLeadSlots);
        Rings = new KvRings(arena, config, options.MaxSlots, options.MaxLeadSlots);
        Index = new PlanIndex(Slots, options.MaxRows, options.MaxTokens);
        string why = "";
        Units = options.UseMatrixUnits ? MatrixUnits.TryOpen(Widest(config), out why) : null;
        UnitsMissing = why;
    }

    /// <summary>Null: everything is computed in float32.</summary>
    public MatrixUnits? Units { get; }

    /// <summary>Why units that were asked for are not there; empty where they are, or were not asked for.</summary>
    public string UnitsMissing { get; }

    public SlotTable Slots { get; }

    public KvRings Rings { get; }

    public PlanIndex Index { get; }

    public void Dispose() => Units?.Dispose();

    /// <summary>Most inputs or padded outputs of a matrix that may be computed on the units.</summary>
    private static int Widest(NetworkConfig config) => new[]
    {
        3 * config.Dim,
        config.MlpRatio * config.Dim,
        config.Codes,
        ModelWeights.BeatKernel * config.Channels,
        config.BeatChannels + config.BeatContext,
        config.BeatHidden,
    }.Max() + PackedMatrix.HalfPanel;

    /// <summary>Back to a stream that has seen nothing.</summary>
    public void Forget(int slot)
    {
        Slots.Forget(slot);
        Rings.ForgetSlot(slot);
        for (int lead = 0; lead < Slots.LeadCount[slot]; lead++)
        {
            Rings.ForgetLead(Slots.LeadSlot(slot, lead));
        }
    }
}
