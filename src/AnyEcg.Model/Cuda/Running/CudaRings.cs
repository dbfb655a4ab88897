using System.Globalization;

namespace AnyEcg.Model;

/// <summary>
/// What the device keeps of streams from step to step, in one allocation: per lead slot its rings, its last convolution steps and its last state, per slot
/// sums and maxima of its epoch. Which seconds the rings hold, and whether an epoch has begun, the host knows (<see cref="CudaSlots"/>): a slot that is
/// opened or reset needs nothing here. Addressed by integers.
/// </summary>
internal sealed unsafe class CudaRings : IDisposable
{
    /// <summary>Memory that is left to the driver: for graphs, and for code that is loaded when it is first used.</summary>
    private const int ShareLeft = 32;

    private readonly DeviceMemory memory;
    private readonly long rings, tails, states, sums, maxima;
    private readonly NetworkConfig config;

    /// <param name="context">The device; everything else must have been reserved before.</param>
    /// <param name="config">Sizes.</param>
    /// <param name="options">Slots and lead slots that are wanted.</param>
    /// <exception cref="CudaUnavailableException">There is no room for a single lead.</exception>
    public CudaRings(CudaContext context, NetworkConfig config, CudaModelOptions options)
    {
        this.config = config;
        NumberBytes = options.FullPrecision ? sizeof(float) : sizeof(ushort);
        TailLength = (ModelWeights.BeatKernel - 1) * config.Channels;
        LeadSlots = Fitting(context, options);
        DeviceLayout layout = new();
        rings = layout.Add(LeadSlots * RingBytes);
        tails = layout.Add(LeadSlots * (long)TailLength * NumberBytes);
        states = layout.Add(LeadSlots * (long)config.Dim * NumberBytes);
        sums = layout.Add(options.MaxSlots * SumBytes);
        maxima = layout.Add(options.MaxSlots * MaximaBytes);
        memory = new DeviceMemory(context, layout.Bytes, string.Create(CultureInfo.InvariantCulture, $"the rings of {LeadSlots} leads"), cleared: true);
    }

    /// <summary>Leads that there is room for.</summary>
    public int LeadSlots { get; }

    public int NumberBytes { get; }

    /// <summary>Numbers of a lead's last convolution steps.</summary>
    public int TailLength { get; }

    /// <summary>Bytes of one lead's rings: <c>[layer][head][key, value][place][d_head]</c>.</summary>
    public long RingBytes => 2L * config.Layers * config.Dim * config.Window * NumberBytes;

    public long BytesPerLead => RingBytes + (TailLength + config.Dim) * NumberBytes;

    public long SumBytes => (long)(config.RowHidden + config.Dim) * sizeof(double);

    public long MaximaBytes => (long)config.RowHidden * sizeof(float);

    public DeviceMemory Memory => memory;

    public long Ring(int leadSlot) => rings + leadSlot * RingBytes;

    public long Tail(int leadSlot) => tails + (long)leadSlot * TailLength * NumberBytes;

    public long State(int leadSlot) => states + (long)leadSlot * config.Dim * NumberBytes;

    public long Sums(int slot) => sums + slot * SumBytes;

    public long Maxima(int slot) => maxima + slot * MaximaBytes;

    /// <summary>Tells a pass where all of it lies.</summary>
    public void Fill(ref Pass pass)
    {
        pass.Rings = memory.At(rings);
        pass.Tails = memory.At(tails);
        pass.LastStates = memory.At(states);
        pass.Sums = memory.At(sums);
        pass.Maxima = memory.At(maxima);
    }

    public void Dispose() => memory.Dispose();

    private int Fitting(CudaContext context, CudaModelOptions options)
    {
        long free = context.FreeBytes();
        long usable = free - free / ShareLeft - options.MaxSlots * (SumBytes + MaximaBytes) - 8 * DeviceLayout.Alignment;
        long leads = Math.Min(options.MaxLeadSlots, usable / BytesPerLead);
        return leads > 0
            ? (int)leads
            : throw new CudaUnavailableException(string.Create(
                CultureInfo.InvariantCulture,
                $"The card has {free / 1e6:N0} MB left beside the network; {options.MaxSlots} streams need more. Free memory on it, or ask for fewer streams or smaller passes."));
    }
}
