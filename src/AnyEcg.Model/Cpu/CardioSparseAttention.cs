using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using AnyEcg.Engine;

namespace AnyEcg.Model;

/// <summary>
/// Causal cardio-sparse attention of one token: its own lead's present seconds in (k - W, k] since the lead's last restart, and
/// every other lead at k - 1 and k, in one softmax. Keys come in one order, whether they lie in the rings or in the
/// buffer of the running step: own lead by second, then lead by lead, k - 1 before k.
/// </summary>
internal sealed unsafe class CardioSparseAttention(NetworkConfig config, KvRings rings, PlanIndex index)
{
    private const int FourHeads = 128;

    private readonly int dim = config.Dim;
    private readonly int headDim = config.HeadDim;
    private readonly int maxKeys = VectorMath.RoundUp(config.Window + 2 * Signal.LeadSet.MaxLeads);

    /// <summary>Most keys of one token.</summary>
    public int MaxKeys => maxKeys;

    /// <summary>
    /// Writes the attention output of a token, D floats. <paramref name="qkv"/> is the step's buffer for this layer: per token
    /// query, key, value. <paramref name="keys"/> and <paramref name="scores"/> are scratch, one and one per head
    /// for each of <see cref="MaxKeys"/>.
    /// </summary>
    public void Attend(StepPlan plan, int token, int layer, float* qkv, nint* keys, float* scores, float* output)
    {
        int count = CollectOwn(token, layer, qkv, keys);
        count = CollectOthers(plan, token, layer, qkv, keys, count);
        Score(qkv + (long)token * 3 * dim, keys, count, scores);
        for (int head = 0; head < config.Heads; head++)
        {
            VectorMath.Softmax(scores + head * maxKeys, count);
        }

        if (headDim == FourHeads / 4)
        {
            int wide = dim / FourHeads * FourHeads;
            for (int at = 0; at < wide; at += FourHeads)
            {
                CombineFourHeads(keys, scores + at / headDim * maxKeys, count, at, output + at);
            }

            Combine(keys, scores, count, wide, output);
        }
        else
        {
            Combine(keys, scores, count, 0, output);
        }
    }

    /// <summary>Products of the query with every key, [head, key]: key by key over all heads, so that a key is read once, in order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Score(float* query, nint* keys, int count, float* scores)
    {
        for (int i = 0; i < count; i++)
        {
            float* key = (float*)keys[i];
            float* score = scores + i;
            for (int at = 0; at < dim; at += headDim, score += maxKeys)
            {
                Vector512<float> sum = Vector512.Load(query + at) * Vector512.Load(key + at);
                for (int d = VectorMath.Width; d < headDim; d += VectorMath.Width)
                {
                    sum = Vector512.FusedMultiplyAdd(Vector512.Load(query + at + d), Vector512.Load(key + at + d), sum);
                }

                *score = VectorMath.Sum(sum);
            }
        }
    }

    /// <summary>The key of a token in the step's buffer; its value follows, as in a ring's entry.</summary>
    private nint InStep(float* qkv, int token) => (nint)(qkv + ((long)token * 3 + 1) * dim);

    private int CollectOwn(int token, int layer, float* qkv, nint* keys)
    {
        long k = index.Second(token);
        long lowest = Math.Max(Math.Max(k - config.Window + 1, index.RunStart[token]), 0);
        int leadSlot = index.LeadSlot[token];
        int count = 0;
        for (long second = lowest; second < k; second++)
        {
            if (rings.Holds(leadSlot, second))
            {
                keys[count++] = (nint)rings.Entry(leadSlot, layer, second);
            }
        }

        int inStep = 0;
        for (int t = index.PreviousToken[token]; t >= 0 && index.Second(t) >= lowest; t = index.PreviousToken[t])
        {
            inStep++;
        }

        count += inStep;
        int place = count;
        for (int t = index.PreviousToken[token]; inStep > 0; t = index.PreviousToken[t], inStep--)
        {
            keys[--place] = InStep(qkv, t);
        }

        keys[count++] = InStep(qkv, token);
        return count;
    }

    private int CollectOthers(StepPlan plan, int token, int layer, float* qkv, nint* keys, int count)
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
                keys[count++] = InStep(qkv, tokenBefore);
            }

            if (index.TryFind(row, lead, out int tokenNow))
            {
                keys[count++] = InStep(qkv, tokenNow);
            }
        }

        return count;
    }

    /// <summary>Weighted sum of the values, head by head from a column on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Combine(nint* keys, float* scores, int count, int from, float* output)
    {
        for (int d = from; d < dim; d += VectorMath.Width)
        {
            float* weights = scores + d / headDim * maxKeys;
            Vector512<float> sum = Vector512<float>.Zero;
            for (int i = 0; i < count; i++)
            {
                sum = Vector512.FusedMultiplyAdd(Vector512.Create(weights[i]), Vector512.Load((float*)keys[i] + dim + d), sum);
            }

            sum.Store(output + d);
        }
    }

    /// <summary>The same sums for four heads of 32 columns at once: each value is read once, in order, into eight accumulators.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CombineFourHeads(nint* keys, float* scores, int count, int from, float* output)
    {
        Vector512<float> a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default, d0 = default, d1 = default;
        for (int i = 0; i < count; i++)
        {
            float* value = (float*)keys[i] + dim + from;
            Vector512<float> w = Vector512.Create(scores[i]);
            a0 = Vector512.FusedMultiplyAdd(w, Vector512.Load(value), a0);
            a1 = Vector512.FusedMultiplyAdd(w, Vector512.Load(value + 16), a1);
            w = Vector512.Create(scores[i + maxKeys]);
            b0 = Vector512.FusedMultiplyAdd(w, Vector512.Load(value + 32), b0);
            b1 = Vector512.FusedMultiplyAdd(w, Vector512.Load(value + 48), b1);
            w = Vector512.Create(scores[i + 2 * maxKeys]);
            c0 = Vector512.FusedMultiplyAdd(w, Vector512.Load(value + 64), c0);
            c1 = Vector512.FusedMultiplyAdd(w, Vector512.Load(value + 80), c1);
            w = Vector512.Create(scores[i + 3 * maxKeys]);
            d0 = Vector512.FusedMultiplyAdd(w, Vector512.Load(value + 96), d0);
            d1 = Vector512.FusedMultiplyAdd(w, Vector512.Load(value + 112), d1);
        }

        a0.Store(output);
        a1.Store(output + 16);
        b0.Store(output + 32);
        b1.Store(output + 48);
        c0.Store(output + 64);
        c1.Store(output + 80);
        d0.Store(output + 96);
        d1.Store(output + 112);
    }
}
