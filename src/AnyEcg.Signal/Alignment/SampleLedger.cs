namespace AnyEcg.Signal;

/// <summary>
/// Which samples of a stream's latest epochs have gone down its signal path, and which are missing: so that data that come late
/// can be told from data that come again, however long ago that was. Bounded: the latest <see cref="MaxEpochs"/> epochs, and
/// <see cref="MaxHoles"/> holes in each; what does not fit is taken for seen and counted. Engine thread only.
/// </summary>
public sealed class SampleLedger : IStateful
{
    public const int MaxEpochs = 16, MaxHoles = 256;

    private readonly List<EpochPage> pages = new(2);

    /// <summary>Samples per lead that are missing but no longer remembered as such.</summary>
    public long Forgotten { get; private set; }

    /// <summary>The live stream begins an epoch, or goes on with one after a sleep, at this sample.</summary>
    public void Start(uint epoch, long first)
    {
        EpochPage page = PageOf(epoch) ?? Add(epoch)!;
        page.Reach(first, this);
    }

    /// <summary>Samples of an epoch that the live stream has given up.</summary>
    public void Lose(uint epoch, long first, long count) => PageOf(epoch)?.Reach(first + count, this);

    /// <summary>Samples of an epoch have gone down the path, live or later.</summary>
    public void Take(uint epoch, long first, long count)
    {
        if ((PageOf(epoch) ?? Add(epoch)) is { } page)
        {
            page.Fill(first, first + count, this);
        }
    }

    /// <summary>
    /// The part of a range that is missing, from its first missing sample to its last; null when there is none, or when the
    /// epoch is so old that nothing is known of it.
    /// </summary>
    public SampleRange? Missing(uint epoch, long first, long count)
    {
        if (PageOf(epoch) is { } page)
        {
            return page.Missing(first, first + count);
        }

        bool canAdd = pages.Count < MaxEpochs || pages.Min(p => p.Epoch) < epoch;
        return canAdd ? new SampleRange(epoch, first, count) : null;
    }

    public void Exchange(StateExchange state)
    {
        ArgumentNullException.ThrowIfNull(state);
        long forgotten = Forgotten;
        state.Value(ref forgotten);
        Forgotten = forgotten;
        int count = state.Count(pages.Count, MaxEpochs);
        while (pages.Count < count)
        {
            pages.Add(new EpochPage());
        }

        pages.ForEach(state.Object);
    }

    private EpochPage? PageOf(uint epoch)
    {
        foreach (EpochPage page in pages)
        {
            if (page.Epoch == epoch)
            {
                return page;
            }
        }

        return null;
    }

    /// <summary>A new page; the lowest epoch gives way. Null when that would be the new one.</summary>
    private EpochPage? Add(uint epoch)
    {
        if (pages.Count == MaxEpochs)
        {
            EpochPage lowest = pages.MinBy(p => p.Epoch)!;
            if (lowest.Epoch > epoch)
            {
                return null;
            }

            pages.Remove(lowest);
        }

        EpochPage page = new() { Epoch = epoch };
        pages.Add(page);
        return page;
    }

    /// <summary>One epoch: everything before <see cref="end"/> but the holes has been taken.</summary>
    private sealed class EpochPage : IStateful
    {
        /// <summary>Ascending, apart from each other, not empty, all before the end.</summary>
        private readonly List<(long First, long End)> holes = [];
        private uint epoch;
        private long end;

        public uint Epoch
        {
            get => epoch;
            init => epoch = value;
        }

        /// <summary>What lies between here and a later sample is a hole.</summary>
        public void Reach(long sample, SampleLedger ledger)
        {
            if (sample <= end)
            {
                return;
            }

            holes.Add((end, sample));
            end = sample;
            Trim(ledger);
        }

        public void Fill(long first, long past, SampleLedger ledger)
        {
            Reach(first, ledger);
            end = Math.Max(end, past);

            // Live data take the last hole's place at the end: the search begins there.
            for (int i = holes.Count - 1; i >= 0 && holes[i].End > first; i--)
            {
                (long from, long to) = holes[i];
                if (from >= past)
                {
                    continue;
                }

                holes.RemoveAt(i);
                if (to > past)
                {
                    holes.Insert(i, (past, to));
                }

                if (from < first)
                {
                    holes.Insert(i, (from, first));
                }
            }

            Trim(ledger);
        }

        public SampleRange? Missing(long first, long past)
        {
            long from = long.MaxValue, to = long.MinValue;
            if (past > end)
            {
                (from, to) = (Math.Max(first, end), past);
            }

            foreach ((long hole, long holeEnd) in holes)
            {
                if (hole < past && holeEnd > first)
                {
                    from = Math.Min(from, Math.Max(hole, first));
                    to = Math.Max(to, Math.Min(holeEnd, past));
                }
            }

            return from < to ? new SampleRange(epoch, from, to - from) : null;
        }

        public void Exchange(StateExchange state)
        {
            state.Value(ref epoch);
            state.Value(ref end);
            int count = state.Count(holes.Count, MaxHoles);
            for (int i = 0; i < count; i++)
            {
                (long first, long holeEnd) = i < holes.Count ? holes[i] : default;
                state.Value(ref first);
                state.Value(ref holeEnd);
                if (i == holes.Count)
                {
                    holes.Add((first, holeEnd));
                }
            }
        }

        /// <summary>The shortest hole is given up first.</summary>
        private void Trim(SampleLedger ledger)
        {
            while (holes.Count > MaxHoles)
            {
                int shortest = 0;
                for (int i = 1; i < holes.Count; i++)
                {
                    shortest = holes[i].End - holes[i].First < holes[shortest].End - holes[shortest].First ? i : shortest;
                }

                ledger.Forgotten += holes[shortest].End - holes[shortest].First;
                holes.RemoveAt(shortest);
            }
        }
    }
}
