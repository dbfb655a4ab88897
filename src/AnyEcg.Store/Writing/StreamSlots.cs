using AnyEcg.Signal;

namespace AnyEcg.Store;

/// <summary>What the store thread knows of a stream.</summary>
internal sealed class StreamSlot(StreamKey key)
{
    public StreamKey Key { get; } = key;

    /// <summary>Its number in the database; 0: not there yet.</summary>
    public int Number { get; set; }

    /// <summary>The number of its next input.</summary>
    public long NextSequence { get; set; } = 1;

    /// <summary>The last input that its snapshot includes; 0 without one.</summary>
    public long SnapshotSequence { get; set; }

    /// <summary>Bytes of its inputs in the journal.</summary>
    public long JournalBytes { get; set; }

    /// <summary>The seconds in a row that were left out last.</summary>
    public SkipRun Skips { get; set; }

    /// <summary>When retention looks at it next, in timestamps.</summary>
    public long TrimDue { get; set; }
}

/// <summary>All streams of this writer, in the order in which they were first seen. Store thread only.</summary>
internal sealed class StreamSlots
{
    private readonly Dictionary<StreamKey, StreamSlot> slots = [];
    private readonly List<StreamSlot> ordered = [];

    public IReadOnlyList<StreamSlot> All => ordered;

    public StreamSlot Get(StreamKey key)
    {
        if (!slots.TryGetValue(key, out StreamSlot? slot))
            Add(slot = new StreamSlot(key));
        return slot;
    }

    public void Add(StreamSlot slot)
    {
        slots.Add(slot.Key, slot);
        ordered.Add(slot);
    }
}
