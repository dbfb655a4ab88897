using AnyEcg.Signal;

namespace AnyEcg.Engine.Tests;

/// <summary>
/// A network without weights: what it says of a second follows from samples and context of that second and of the last ones of the
/// same slot, so that a second left out, repeated, out of order or of another stream shows. The beat is the highest sample.
/// </summary>
internal sealed class HashRunner(
    int slots = 64, int maxRows = 256, int maxTokens = 4096, ModelHeads heads = ModelHeads.All, BeatJudge? judge = null) : IModelRunner
{
    private readonly ulong[] state = new ulong[slots];
    private readonly long[] lastSecond = new long[slots];
    private readonly bool[] taken = new bool[slots];

    public ModelRunnerInfo Info { get; set; } = new("fake", "hash", maxRows, maxTokens, 8) { Heads = heads, BeatJudge = judge };

    /// <summary>Set once a device has failed.</summary>
    public RunnerFault? Fault { get; set; }

    /// <summary>Slots that have no rings since.</summary>
    public HashSet<int> Deaf { get; } = [];

    public int Open => taken.Count(t => t);

    public int Resets { get; private set; }

    /// <summary>Told of the rows of each step while it runs: where a step takes time.</summary>
    public Action<int>? Stepping { get; set; }

    /// <summary>(slot, seconds) of the plans so far, oldest first; only while it is set.</summary>
    public List<(int Slot, long Second)[]>? Plans { get; set; }

    public bool TryOpen(int leadCount, out KvSlot slot)
    {
        int index = Array.IndexOf(taken, false);
        slot = new KvSlot(index);
        if (index < 0)
            return false;
        taken[index] = true;
        Empty(index);
        return true;
    }

    public void Reset(KvSlot slot)
    {
        Resets++;
        Empty(slot.Index);
    }

    public void Close(KvSlot slot)
    {
        Assert.True(taken[slot.Index]);
        taken[slot.Index] = false;
    }

    public void Step(StepPlan plan, StepScores scores)
    {
        if (Plans is not null)
            WriteDown(plan, Plans);
        Stepping?.Invoke(plan.RowCount);
        Array.Clear(scores.Beats, 0, plan.TokenCount * StepScores.BeatBins * StepScores.BeatClasses);
        for (int row = 0; row < plan.RowCount; row++)
        {
            scores.Unheard[row] = Deaf.Contains(plan.RowSlot[row].Index);
            if (!scores.Unheard[row])
                Row(plan, scores, row);
        }
    }

    public int SnapshotSize(KvSlot slot) => sizeof(ulong);

    public void Snapshot(KvSlot slot, Span<byte> destination) => BitConverter.TryWriteBytes(destination, state[slot.Index]);

    public void Restore(KvSlot slot, ReadOnlySpan<byte> snapshot) => state[slot.Index] = BitConverter.ToUInt64(snapshot);

    public void Dispose()
    {
    }

    private static void WriteDown(StepPlan plan, List<(int Slot, long Second)[]> plans) =>
        plans.Add([.. Enumerable.Range(0, plan.RowCount).Select(r => (plan.RowSlot[r].Index, plan.RowSecond[r]))]);

    private void Empty(int slot) => (state[slot], lastSecond[slot]) = (0, -1);

    private void Row(StepPlan plan, StepScores scores, int row)
    {
        int slot = plan.RowSlot[row].Index;
        Assert.True(taken[slot]);
        Assert.True(plan.RowSecond[row] > lastSecond[slot], "Seconds of a slot must ascend.");
        lastSecond[slot] = plan.RowSecond[row];
        ulong hash = (state[slot] & 0xFFFFFF) ^ (ulong)plan.RowSecond[row];
        float peak = 0;
        foreach (float value in plan.RowContext.AsSpan(row * ContextFeatures.Count, ContextFeatures.Count))
            hash = (hash ^ BitConverter.SingleToUInt32Bits(value)) * 1099511628211;
        for (int token = plan.RowTokenStart[row]; token < plan.RowTokenStart[row + 1]; token++)
        {
            ReadOnlySpan<float> patch = plan.Patches.AsSpan(token * PatchSecond.PatchSamples, PatchSecond.PatchSamples);
            foreach (float sample in patch)
                hash = (hash ^ BitConverter.SingleToUInt32Bits(sample)) * 1099511628211;
            peak = Math.Max(peak, Beat(scores, token, patch));
            scores.Surprise[token] = plan.RowSecond[row] == 0 ? 0 : 1 + plan.TokenLeadIndex[token];
        }

        state[slot] = (state[slot] << 24) ^ hash;
        Rhythm(scores, row, hash, peak);
    }

    private static float Beat(StepScores scores, int token, ReadOnlySpan<float> patch)
    {
        int highest = 0;
        for (int i = 0; i < 240; i++)
            highest = patch[i] > patch[highest] ? i : highest;
        Span<float> beats = scores.Beats.AsSpan(token * StepScores.BeatBins * StepScores.BeatClasses);
        for (int bin = 0; bin < StepScores.BeatBins; bin++)
            beats[bin * StepScores.BeatClasses] = 1;
        int at = ((highest + 60) / 10) * StepScores.BeatClasses;
        if (patch[highest] > 0.3f)
            (beats[at], beats[at + 1]) = (0.1f, 0.9f);
        return patch[highest];
    }

    /// <summary>A tall signal is ventricular tachycardia, a middling one fibrillation; the hash decides the rest.</summary>
    private static void Rhythm(StepScores scores, int row, ulong hash, float peak)
    {
        Span<float> rhythm = scores.Rhythm.AsSpan(row * RhythmClasses.Count, RhythmClasses.Count);
        rhythm.Clear();
        RhythmClass major = peak > 2 ? RhythmClass.VentricularFibrillation
            : peak > 1.4f ? RhythmClass.AtrialFibrillation : RhythmClass.Sinus;
        float rest = (hash >> 40 & 0xFF) / 1024f;
        rhythm[(int)major] = 1 - rest;
        rhythm[(int)RhythmClass.Other] += rest;
        scores.Anomaly[row] = (hash >> 48 & 0xFF) / 256f;
    }
}
