using AnyEcg.Engine;

namespace AnyEcg.Model;

/// <summary>
/// Which keys a token sees: its own lead's present seconds in (k - W, k] since the lead's last restart, and every other
/// lead at k - 1 and k. They come in one order, whether they lie in the rings or in the buffer of the running step: own
/// lead by second, then lead by lead, k - 1 before k.
/// </summary>
internal sealed unsafe class AttentionKeys(NetworkConfig config, KvRings rings, PlanIndex index)
{
    private readonly int entryBytes = new EntryLayout(config).Bytes;

    /// <summary>Most keys of one token.</summary>
    public int Max { get; } = VectorMath.RoundUp(config.Window + 2 * Signal.LeadSet.MaxLeads);

    /// <summary>
    /// Lists the entries that a token of this layer sees and returns their count. <paramref name="entries"/> is the step's buffer of this
    /// layer: per token one entry.
    /// </summary>
    public int Collect(StepPlan plan, int token, int layer, byte* entries, nint* keys)
    {
        long k = index.Second(token);
        long lowest = Math.Max(Math.Max(k - config.Window + 1, index.RunStart[token]), 0);
        int count = CollectRing(index.LeadSlot[token], layer, lowest, k, keys);
        count = CollectStep(token, lowest, entries, keys, count);
        return CollectOthers(plan, token, layer, entries, keys, count);
    }

    private int CollectRing(int leadSlot, int layer, long lowest, long before, nint* keys)
    {
        ReadOnlySpan<long> stamps = rings.Stamps(leadSlot);
        byte* ring = rings.Ring(leadSlot, layer);
        int place = (int)(lowest % stamps.Length);
        int count = 0;
        for (long second = lowest; second < before; second++)
        {
            keys[count] = (nint)(ring + (long)place * entryBytes);
            count += stamps[place] == second ? 1 : 0;
            place = place + 1 == stamps.Length ? 0 : place + 1;
        }

        return count;
    }

    private int CollectStep(int token, long lowest, byte* entries, nint* keys, int count)
    {
        int inStep = 0;
        for (int t = index.PreviousToken[token]; t >= 0 && index.Second(t) >= lowest; t = index.PreviousToken[t])
        {
            inStep++;
        }

        count += inStep;
        int place = count;
        for (int t = index.PreviousToken[token]; inStep > 0; t = index.PreviousToken[t], inStep--)
        {
            keys[--place] = InStep(entries, t);
        }

        keys[count++] = InStep(entries, token);
        return count;
    }

    private int CollectOthers(StepPlan plan, int token, int layer, byte* entries, nint* keys, int count)
    {
        int row = index.TokenRow[token];
        long before = plan.RowSecond[row] - 1;
        int rowBefore = index.PreviousRow[row];
        bool inRings = rowBefore < 0 && before >= 0;
        bool inStep = rowBefore >= 0 && plan.RowSecond[rowBefore] == before;
        for (int lead = 0; lead < index.LeadCount(row); lead++)
        {
            if (lead == plan.TokenLeadIndex[token])
            {
                continue;
            }

            int leadSlot = index.LeadSlotOf(row, lead);
            if (inRings && rings.Holds(leadSlot, before))
            {
                keys[count++] = (nint)rings.Entry(leadSlot, layer, before);
            }

            if (inStep && index.TryFind(rowBefore, lead, out int tokenBefore))
            {
                keys[count++] = InStep(entries, tokenBefore);
            }

            if (index.TryFind(row, lead, out int tokenNow))
            {
                keys[count++] = InStep(entries, tokenNow);
            }
        }

        return count;
    }

    private nint InStep(byte* entries, int token) => (nint)(entries + (long)token * entryBytes);
}
