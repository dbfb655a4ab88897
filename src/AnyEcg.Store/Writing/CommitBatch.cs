namespace AnyEcg.Store;

/// <summary>What one transaction takes. Kept whole over failed tries: the numbers that its inputs were given stay theirs. Store thread only.</summary>
internal sealed class CommitBatch
{
    private readonly List<JournalInput> taken = [];

    public List<CommittedInput> Inputs { get; } = [];

    public List<StoreWork> Work { get; } = [];

    /// <summary>What became of <see cref="Work"/> in the transaction that succeeded.</summary>
    public List<CommittedWork> Done { get; } = [];

    public bool IsEmpty => Inputs.Count == 0 && Work.Count == 0;

    public void Fill(InputQueue inputs, WorkQueue work, StreamSlots slots, StoreWriterOptions options)
    {
        inputs.Take(options.BatchInputs, taken);
        foreach (JournalInput input in taken)
        {
            StreamSlot slot = slots.Get(input.Stream);
            Inputs.Add(new CommittedInput(input, slot.NextSequence++));
            slot.JournalBytes += input.Body.Length;
        }

        taken.Clear();
        work.Take(options.BatchWorkBytes, Work);
    }

    public bool Holds<T>()
        where T : StoreWork
    {
        foreach (StoreWork work in Work)
        {
            if (work is T)
                return true;
        }

        return false;
    }

    public void Clear()
    {
        Inputs.Clear();
        Work.Clear();
        Done.Clear();
    }
}
