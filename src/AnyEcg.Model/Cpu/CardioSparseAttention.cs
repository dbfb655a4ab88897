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
    private readonly int dim = config.Dim;
    private readonly int headDim = config.HeadDim;

    /// <summary>Most keys of one token.</summary>
    public int MaxKeys => VectorMath.RoundUp(config.Window + 2 * Signal.LeadSet.MaxLeads);

    /// <summary>
    /// Writes the attention output of a token, D floats. <paramref name="qkv"/> is the step's buffer for this layer: per token
    /// query, key, value. <paramref name="keys"/> and <paramref name="scores"/> are scratch of <see cref="MaxKeys"/> each.
    /// </summary>
    public void Attend(StepPlan plan, int token, int layer, float* qkv, nint* keys, float* scores, float* output)
    {
        int count = CollectOwn(token, layer, qkv, keys);
        count = CollectOthers(plan, token, layer, qkv, keys, count);
        float* query = qkv + (long)token * 3 * dim;
        for (int at = 0; at < dim; at += headDim)
        {
            for (int i = 0; i < count; i++)
            {
                scores[i] = VectorMath.Dot(query + at, (float*)keys[i] + at, headDim);
            }

            VectorMath.Softmax(scores, count);
            Combine(keys, scores, count, dim + at, output + at);
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Combine(nint* keys, float* weights, int count, int valueAt, float* output)
    {
        for (int d = 0; d < headDim; d += VectorMath.Width)
        {
            Vector512<float> sum = Vector512<float>.Zero;
            for (int i = 0; i < count; i++)
            {
                sum = Vector512.FusedMultiplyAdd(Vector512.Create(weights[i]), Vector512.Load((float*)keys[i] + valueAt + d), sum);
            }

            sum.Store(output + d);
        }
    }
}
