using AnyEcg.Signal;

namespace AnyEcg.Engine;

/// <summary>
/// What one step computes: rows of (slot, second), each with one token for every present lead. A plain data object between
/// planner and runner, reused from step to step. Engine thread only.
/// Rows of one slot are in ascending order of seconds and may be consecutive (a stream that is behind).
/// Tokens of a row stand together, in ascending lead index: row r owns tokens [RowTokenStart[r], RowTokenStart[r + 1]).
/// <see cref="Patches"/> and <see cref="RowContext"/> never move: a device reads them.
/// </summary>
public sealed class StepPlan
{
    public StepPlan(int maxRows, int maxTokens)
    {
        MaxRows = maxRows;
        MaxTokens = maxTokens;
        RowSlot = new KvSlot[maxRows];
        RowSecond = new long[maxRows];
        RowTokenStart = new int[maxRows + 1];
        RowContext = PinnedArrays.Of<float>(maxRows * ContextFeatures.Count);
        TokenLeadIndex = new byte[maxTokens];
        TokenLead = new Lead[maxTokens];
        TokenReadOnly = new bool[maxTokens];
        Patches = PinnedArrays.Of<float>(maxTokens * PatchSecond.PatchSamples);
    }

    public int MaxRows { get; }

    public int MaxTokens { get; }

    public int RowCount { get; private set; }

    public int TokenCount { get; private set; }

    public KvSlot[] RowSlot { get; }

    /// <summary>Per row, the second k of the epoch, gaps included.</summary>
    public long[] RowSecond { get; }

    public int[] RowTokenStart { get; }

    /// <summary>Per row, what is known of the seconds up to this one: <c>RowContext[row * ContextFeatures.Count + i]</c>.</summary>
    public float[] RowContext { get; }

    /// <summary>Per token, the index of its lead within the stream: which ring of the slot it belongs to.</summary>
    public byte[] TokenLeadIndex { get; }

    /// <summary>Per token, the lead's identity: which lead embedding.</summary>
    public Lead[] TokenLead { get; }

    /// <summary>
    /// Per token, true for a query that reconstructs an absent lead: it sees what a token of that lead would see, nobody
    /// ever sees it, it changes no ring, and its patch is not read. Its one result is <see cref="StepScores.Reconstruction"/>.
    /// </summary>
    public bool[] TokenReadOnly { get; }

    /// <summary>Per token, 300 samples in millivolts: <c>Patches[token * 300 + i]</c>.</summary>
    public float[] Patches { get; }

    public void Clear()
    {
        RowCount = 0;
        TokenCount = 0;
    }

    /// <summary>
    /// Adds one second of one stream. False, and nothing changed, when it does not fit. A second with no present lead is not added.
    /// Leads of the mask <paramref name="reconstruct"/> that are absent get a read-only token.
    /// </summary>
    public bool TryAdd(KvSlot slot, LeadSet leads, PatchSecond patch, uint reconstruct = 0)
    {
        if (patch.Present == 0)
        {
            throw new ArgumentException("A second without any present lead has no token.", nameof(patch));
        }

        uint wanted = patch.Present | reconstruct & (1u << leads.Count) - 1;
        int tokens = System.Numerics.BitOperations.PopCount(wanted);

        if (RowCount == MaxRows || TokenCount + tokens > MaxTokens)
        {
            return false;
        }

        int row = RowCount++;
        RowSlot[row] = slot;
        RowSecond[row] = patch.Second;
        RowTokenStart[row] = TokenCount;
        patch.Context.CopyTo(RowContext, row * ContextFeatures.Count);
        for (int lead = 0; lead < leads.Count; lead++)
        {
            if ((wanted >> lead & 1) == 0)
            {
                continue;
            }

            TokenLeadIndex[TokenCount] = (byte)lead;
            TokenLead[TokenCount] = leads[lead];
            TokenReadOnly[TokenCount] = (patch.Present >> lead & 1) == 0;
            patch.Lead(lead).CopyTo(Patches.AsSpan(TokenCount * PatchSecond.PatchSamples));
            TokenCount++;
        }

        RowTokenStart[RowCount] = TokenCount;
        return true;
    }

    /// <summary>Adds a row of another plan, for another slot. False, and nothing changed, when it does not fit.</summary>
    public bool TryCopy(StepPlan from, int row, KvSlot slot)
    {
        ArgumentNullException.ThrowIfNull(from);
        (int first, int end) = (from.RowTokenStart[row], from.RowTokenStart[row + 1]);
        if (RowCount == MaxRows || TokenCount + end - first > MaxTokens)
        {
            return false;
        }

        RowSlot[RowCount] = slot;
        RowSecond[RowCount] = from.RowSecond[row];
        RowTokenStart[RowCount] = TokenCount;
        Copy(from.RowContext, row, RowContext, RowCount, ContextFeatures.Count, 1);
        Copy(from.TokenLeadIndex, first, TokenLeadIndex, TokenCount, 1, end - first);
        Copy(from.TokenLead, first, TokenLead, TokenCount, 1, end - first);
        Copy(from.TokenReadOnly, first, TokenReadOnly, TokenCount, 1, end - first);
        Copy(from.Patches, first, Patches, TokenCount, PatchSecond.PatchSamples, end - first);
        TokenCount += end - first;
        RowTokenStart[++RowCount] = TokenCount;
        return true;
    }

    private static void Copy<T>(T[] from, int at, T[] to, int toAt, int width, int count) =>
        from.AsSpan(at * width, count * width).CopyTo(to.AsSpan(toAt * width));
}
