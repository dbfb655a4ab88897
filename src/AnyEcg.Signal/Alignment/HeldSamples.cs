namespace AnyEcg.Signal;

/// <summary>
/// Samples that came before their turn, in a ring as long as the reorder tolerance, and the frames they came in. All of its
/// storage is made when the first frame has to wait, and then kept.
/// </summary>
internal sealed class HeldSamples(int leads, int capacity, int maxFrames) : IStateful
{
    private float[] samples = [];

    /// <summary>Per place in the ring, the frame it came in plus one; 0 is free.</summary>
    private ushort[] owners = [];
    private HeldFrame[] frames = [];
    private int used;

    /// <summary>Samples held.</summary>
    public int Count { get; private set; }

    /// <summary>Whether no further frame can be held.</summary>
    public bool IsFull => used == maxFrames;

    /// <summary>Whether a sample is held; it must lie within the tolerance after the next one due.</summary>
    public bool Has(long sample) => Count > 0 && owners[sample % capacity] != 0;

    public bool Matches(EcgFrame frame, int index)
    {
        int place = (int)((frame.FirstSample + index) % capacity);
        for (int lead = 0; lead < leads; lead++)
        {
            if (samples[(lead * capacity) + place] != frame.LeadSamples(lead)[index])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Copies what is new in a frame.</summary>
    public void Store(EcgFrame frame)
    {
        Prepare();
        int slot = Array.FindIndex(frames, frame => frame.Left == 0);
        used++;
        int stored = 0;
        for (int i = 0; i < frame.SamplesPerLead; i++)
        {
            int place = (int)((frame.FirstSample + i) % capacity);
            if (owners[place] != 0)
            {
                continue;
            }

            owners[place] = (ushort)(slot + 1);
            stored++;
            for (int lead = 0; lead < leads; lead++)
            {
                samples[(lead * capacity) + place] = frame.LeadSamples(lead)[i];
            }
        }

        frames[slot] = new HeldFrame(frame.LeadOff, frame.ReceivedNs, stored);
        Count += stored;
    }

    /// <summary>First held sample from <paramref name="from"/> on; there is one.</summary>
    public long First(long from)
    {
        long at = from;
        while (owners[at % capacity] == 0)
        {
            at++;
        }

        return at;
    }

    /// <summary>The run of samples of one frame that starts at <paramref name="sample"/>, which is held; it ends at the ring's end.</summary>
    public HeldRun Run(long sample)
    {
        int place = (int)(sample % capacity);
        ushort owner = owners[place];
        int end = place + 1;
        while (end < capacity && owners[end] == owner)
        {
            end++;
        }

        HeldFrame frame = frames[owner - 1];
        return new HeldRun(sample, end - place, frame.LeadOff, frame.ReceivedNs);
    }

    public AlignedBlock Block(HeldRun run) => new(samples, capacity, (int)(run.First % capacity), run);

    /// <summary>Frees what is held in a range; answers how many frames have nothing left here.</summary>
    public int Free(long first, long length)
    {
        int finished = 0;
        for (long at = first; at < first + Math.Min(length, capacity) && Count > 0; at++)
        {
            ref ushort owner = ref owners[at % capacity];
            if (owner == 0)
            {
                continue;
            }

            int slot = owner - 1;
            owner = 0;
            Count--;
            if (--frames[slot].Left == 0)
            {
                used--;
                finished++;
            }
        }

        return finished;
    }

    /// <summary>Nothing but a flag while no frame waits. The counts are counted anew, so that they cannot disagree with the ring.</summary>
    public void Exchange(StateExchange state)
    {
        if (!state.Value(Count > 0))
        {
            return;
        }

        Prepare();
        for (int place = 0; place < capacity; place++)
        {
            ExchangePlace(state, place);
        }

        state.Require(Count > 0);
        for (int slot = 0; slot < maxFrames; slot++)
        {
            if (frames[slot].Left > 0)
            {
                frames[slot] = new HeldFrame(state.Value(frames[slot].LeadOff), state.Value(frames[slot].ReceivedNs), frames[slot].Left);
            }
        }
    }

    private void Prepare()
    {
        if (samples.Length > 0)
        {
            return;
        }

        samples = new float[leads * capacity];
        owners = new ushort[capacity];
        frames = new HeldFrame[maxFrames];
    }

    private void ExchangePlace(StateExchange state, int place)
    {
        owners[place] = state.Within(owners[place], (ushort)0, (ushort)maxFrames);
        if (owners[place] == 0)
        {
            return;
        }

        for (int lead = 0; lead < leads; lead++)
        {
            state.Value(ref samples[(lead * capacity) + place]);
        }

        if (state.IsRestoring)
        {
            Count++;
            used += frames[owners[place] - 1].Left++ == 0 ? 1 : 0;
        }
    }

    private record struct HeldFrame(uint LeadOff, long ReceivedNs, int Left);
}
