using AnyEcg.Engine;

namespace AnyEcg.Model;

/// <summary>
/// Stands in for a runner that has failed: an engine whose slots answer to the numbers that the streams already hold, and which may be smaller
/// than the failed one. A slot that finds no room in it stays open without rings: its rows are not computed and say so, and it gets rings
/// as soon as others have left. Engine thread only.
/// </summary>
internal sealed class StandInRunner : IModelRunner
{
    private const int Free = 0, NoRings = -1;

    private readonly IModelRunner? engine;
    private readonly List<(int Leads, int Inner)> slots = [];
    private readonly Stack<int> freeNumbers = new();
    private readonly StepPlan part;
    private readonly int[] rowOfPart;
    private StepScores? partScores;

    /// <param name="make">Makes the engine; where there is no memory for it, nothing is computed any more.</param>
    /// <param name="leadsOfSlot">Leads of the slots to take over, 0 for a number that is free.</param>
    /// <param name="failed">What the failed runner was.</param>
    public StandInRunner(Func<IModelRunner> make, IReadOnlyList<int> leadsOfSlot, ModelRunnerInfo failed)
    {
        (engine, part) = TryMake(make);
        Info = engine is null
            ? failed with { Engine = "none" }
            : engine.Info with { MaxRows = Math.Min(failed.MaxRows, engine.Info.MaxRows), MaxTokens = Math.Min(failed.MaxTokens, engine.Info.MaxTokens) };
        rowOfPart = new int[part.MaxRows];
        foreach (int leads in leadsOfSlot)
            slots.Add((leads, NoRings));
        for (int number = slots.Count - 1; number >= 0; number--)
        {
            if (slots[number].Leads == Free)
                freeNumbers.Push(number);
        }

        for (int number = 0; number < slots.Count; number++)
            Unheard += slots[number].Leads != Free && !TryHear(number) ? 1 : 0;
    }

    public ModelRunnerInfo Info { get; }

    /// <summary>Slots taken over that found no room.</summary>
    public long Unheard { get; }

    public bool TryOpen(int leadCount, out KvSlot slot)
    {
        slot = default;
        if (engine?.TryOpen(leadCount, out KvSlot inner) != true)
            return false;
        if (!freeNumbers.TryPop(out int number))
        {
            number = slots.Count;
            slots.Add(default);
        }

        slots[number] = (leadCount, inner.Index);
        slot = new KvSlot(number);
        return true;
    }

    public void Reset(KvSlot slot)
    {
        if (Inner(slot) is >= 0 and int inner)
            engine!.Reset(new KvSlot(inner));
    }

    public void Close(KvSlot slot)
    {
        if (Inner(slot) is >= 0 and int inner)
            engine!.Close(new KvSlot(inner));
        slots[slot.Index] = (Free, NoRings);
        freeNumbers.Push(slot.Index);
    }

    /// <summary>Computes the rows of slots that have rings, in parts that the engine can take: results do not depend on how they are cut.</summary>
    public void Step(StepPlan plan, StepScores scores)
    {
        part.Clear();
        for (int row = 0; row < plan.RowCount; row++)
        {
            KvSlot slot = plan.RowSlot[row];
            int inner = Inner(slot);
            scores.Unheard[row] = inner < 0 && !TryHear(slot.Index);
            if (scores.Unheard[row])
                continue;
            KvSlot own = new(slots[slot.Index].Inner);
            if (!part.TryCopy(plan, row, own))
            {
                Flush(plan, scores);
                if (!part.TryCopy(plan, row, own))
                    throw new ArgumentException($"A row of more than {part.MaxTokens} tokens.", nameof(plan));
            }

            rowOfPart[part.RowCount - 1] = row;
        }

        Flush(plan, scores);
    }

    /// <summary>0 for a slot without rings: restoring that is refused, and counted as lost rings.</summary>
    public int SnapshotSize(KvSlot slot) => Inner(slot) is >= 0 and int inner ? engine!.SnapshotSize(new KvSlot(inner)) : 0;

    public void Snapshot(KvSlot slot, Span<byte> destination)
    {
        if (Inner(slot) is >= 0 and int inner)
            engine!.Snapshot(new KvSlot(inner), destination);
    }

    public void Restore(KvSlot slot, ReadOnlySpan<byte> snapshot)
    {
        if (Inner(slot) < 0 && !TryHear(slot.Index))
            throw new InvalidDataException("There is no room for the rings of this slot.");
        engine!.Restore(new KvSlot(slots[slot.Index].Inner), snapshot);
    }

    public void Dispose() => engine?.Dispose();

    /// <summary>The engine and a plan of its size; no engine where there is no memory for both.</summary>
    private static (IModelRunner? Engine, StepPlan Part) TryMake(Func<IModelRunner> make)
    {
        IModelRunner? made = null;
        try
        {
            made = make();
            return (made, new StepPlan(made.Info.MaxRows, made.Info.MaxTokens));
        }
        catch (OutOfMemoryException)
        {
            made?.Dispose();
            return (null, new StepPlan(0, 0));
        }
    }

    /// <summary>The engine's number of an open slot; negative where it has no rings.</summary>
    private int Inner(KvSlot slot) => (uint)slot.Index < (uint)slots.Count && slots[slot.Index].Leads != Free
        ? slots[slot.Index].Inner
        : throw new ArgumentException($"Slot {slot.Index} is not open.", nameof(slot));

    private bool TryHear(int number)
    {
        if (engine?.TryOpen(slots[number].Leads, out KvSlot inner) != true)
            return false;
        slots[number] = slots[number] with { Inner = inner.Index };
        return true;
    }

    private void Flush(StepPlan plan, StepScores scores)
    {
        if (part.RowCount == 0)
            return;
        StepScores results = ScoresLike(scores);
        engine!.Step(part, results);
        for (int row = 0; row < part.RowCount; row++)
        {
            int first = part.RowTokenStart[row];
            int to = rowOfPart[row];
            results.CopyRow(row, first, part.RowTokenStart[row + 1] - first, scores, to, plan.RowTokenStart[to]);
        }

        part.Clear();
    }

    /// <summary>Made for the first step, and again only for scores of another kind.</summary>
    private StepScores ScoresLike(StepScores scores)
    {
        bool reconstructs = scores.Reconstruction.Length > 0;
        if (partScores is null || partScores.ArrhythmiaClasses != scores.ArrhythmiaClasses || partScores.Reconstruction.Length > 0 != reconstructs)
            partScores = new StepScores(part.MaxRows, part.MaxTokens, scores.ArrhythmiaClasses, reconstructs);
        return partScores;
    }
}
