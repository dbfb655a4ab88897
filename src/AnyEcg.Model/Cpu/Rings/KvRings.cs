namespace AnyEcg.Model;

/// <summary>
/// The key/value memory of all streams: one allocation. Each lead slot has, per layer, a ring of W entries (<see cref="EntryLayout"/>: key and
/// value in 16 bits) at position second mod W, and a stamp per position that says which second lies there. A ring holds finished steps only:
/// while a step runs, its own keys stay in the step's buffers, so that a plan with many seconds of one stream neither shows a
/// second the future nor overwrites what an earlier second still needs.
/// Beside the rings: what the heads need of the second before (the last convolution steps, the final state), and per slot the
/// running sums and maxima that the record heads read.
/// </summary>
internal sealed unsafe class KvRings
{
    private readonly byte* entries;
    private readonly float* tails;
    private readonly float* states;
    private readonly long[] stamps;
    private readonly double[] sums;
    private readonly float[] maxima;
    private readonly int dim, hidden, entryBytes;

    public KvRings(NativeArena arena, NetworkConfig config, int maxSlots, int maxLeadSlots)
    {
        dim = config.Dim;
        Window = config.Window;
        Layers = config.Layers;
        TailLength = (ModelWeights.BeatKernel - 1) * config.Channels;
        entryBytes = new EntryLayout(config).Bytes;
        entries = arena.Uninitialized(maxLeadSlots * LeadBytes);
        tails = arena.Floats((long)maxLeadSlots * TailLength);
        states = arena.Floats((long)maxLeadSlots * dim);
        stamps = new long[maxLeadSlots * Window];
        hidden = config.RowHidden;
        sums = new double[maxSlots * (hidden + dim)];
        maxima = new float[maxSlots * hidden];
        PooledSeconds = new long[maxSlots];
    }

    public int Window { get; }

    public int Layers { get; }

    /// <summary>Floats in the tail of a second: the convolution steps that the next second's beat window needs.</summary>
    public int TailLength { get; }

    /// <summary>Bytes of one key and its value.</summary>
    public int EntryBytes => entryBytes;

    /// <summary>Bytes in the ring of one layer.</summary>
    public int RingBytes => Window * entryBytes;

    /// <summary>Bytes in the rings of one lead, all layers.</summary>
    public long LeadBytes => (long)Layers * RingBytes;

    /// <summary>Key/value and other bytes of one lead.</summary>
    public long BytesPerLead => LeadBytes + (TailLength + dim) * sizeof(float) + Window * sizeof(long);

    /// <summary><see cref="BytesPerLead"/> before there are any rings.</summary>
    public static long BytesPerLeadOf(NetworkConfig config) =>
        (long)config.Layers * config.Window * new EntryLayout(config).Bytes
        + ((ModelWeights.BeatKernel - 1) * config.Channels + config.Dim) * sizeof(float) + config.Window * sizeof(long);

    /// <summary>Per slot, the seconds in its sums.</summary>
    public long[] PooledSeconds { get; }

    /// <summary>Entry of a second.</summary>
    public byte* Entry(int leadSlot, int layer, long second) => Ring(leadSlot, layer) + second % Window * entryBytes;

    /// <summary>The W entries of one layer. The rings of a lead follow one another, layer by layer.</summary>
    public byte* Ring(int leadSlot, int layer) => entries + leadSlot * LeadBytes + (long)layer * RingBytes;

    public float* Tail(int leadSlot) => tails + (long)leadSlot * TailLength;

    public float* State(int leadSlot) => states + (long)leadSlot * dim;

    public Span<long> Stamps(int leadSlot) => stamps.AsSpan(leadSlot * Window, Window);

    /// <summary>Sums over the epoch: of the row heads' hidden layer [H], then of the pooled states [D].</summary>
    public Span<double> Sums(int slot) => sums.AsSpan(slot * (hidden + dim), hidden + dim);

    /// <summary>Greatest values over the epoch of the row heads' hidden layer [H].</summary>
    public Span<float> Maxima(int slot) => maxima.AsSpan(slot * hidden, hidden);

    /// <summary>Whether the ring holds this second.</summary>
    public bool Holds(int leadSlot, long second) => stamps[leadSlot * Window + (int)(second % Window)] == second;

    public void Stamp(int leadSlot, long second) => stamps[leadSlot * Window + (int)(second % Window)] = second;

    public void ForgetLead(int leadSlot) => Stamps(leadSlot).Fill(SlotTable.Never);

    public void ForgetSlot(int slot)
    {
        Sums(slot).Clear();
        Maxima(slot).Fill(float.NegativeInfinity);
        PooledSeconds[slot] = 0;
    }
}
