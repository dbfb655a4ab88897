namespace AnyEcg.Signal;

/// <summary>
/// A block that has its place. <see cref="Anchor"/> is the position of the sample that <see cref="TimeNs"/> belongs to;
/// <see cref="Count"/> samples per lead were sent, <see cref="Kept"/> of them had room.
/// </summary>
internal readonly record struct PlacedBlock(long TimeNs, long Anchor, long First, int Count, int Kept)
{
    public long End => First + Kept;
}

/// <summary>The last blocks of a stream in order of their time, so that one that comes again finds its old place. Bounded.</summary>
internal sealed class PlacedBlocks : IStateful
{
    /// <summary>At least 256 of them: two minutes of notifications of half a second; 10 s, what an aligner compares, of blocks of 40 ms.</summary>
    public const int Capacity = 320;

    /// <summary>The oldest go in one lot, so that a full list is not moved for every block.</summary>
    private const int Lot = 64;

    private readonly List<PlacedBlock> blocks = [];

    public int Count => blocks.Count;

    public PlacedBlock Newest => blocks[^1];

    public PlacedBlock this[int index] => blocks[index];

    public void Clear() => blocks.Clear();

    /// <summary>Index of the first block later than a time. From the end: most blocks are the newest.</summary>
    public int After(long timeNs)
    {
        int at = blocks.Count;
        while (at > 0 && blocks[at - 1].TimeNs > timeNs)
        {
            at--;
        }

        return at;
    }

    public void Exchange(StateExchange state)
    {
        state.List(blocks, Capacity);
        foreach (PlacedBlock block in blocks)
        {
            state.Require(block is { Anchor: >= 0 and <= SignalState.LargestPosition, First: >= 0 and <= SignalState.LargestPosition });
            state.Require(block is { Count: >= 0 and <= SignalState.LargestCount, Kept: >= 0 and <= SignalState.LargestCount });
        }
    }

    public void Insert(int at, in PlacedBlock block)
    {
        blocks.Insert(at, block);
        if (blocks.Count > Capacity)
        {
            blocks.RemoveRange(0, Lot);
        }
    }
}
