using AnyEcg.Engine;

namespace AnyEcg.Model;

/// <summary>
/// A runner on a device, and what happens when the device fails while it is at work: another engine takes its place, once and until the
/// process ends. The open slots keep their numbers, their rings are empty, and the call at hand is made again, so that no second is lost. It never
/// goes back to the device: what has failed once may fail in the middle of every step. Engine thread only, but for
/// <see cref="Info"/> and <see cref="Fault"/>.
/// </summary>
internal sealed class FailoverRunner : IModelRunner
{
    private static readonly KvSlot None = new(-1);

    private readonly Func<IModelRunner> makeFallback;
    private readonly List<int> leadsOfSlot = [];
    private volatile IModelRunner active;
    private volatile RunnerFault? fault;
    private byte[] held = [];
    private int heldSize;
    private KvSlot heldSlot = None;

    /// <param name="device">The runner on the device; disposed here.</param>
    /// <param name="makeFallback">Makes the engine that takes over; may throw <see cref="OutOfMemoryException"/>.</param>
    public FailoverRunner(IModelRunner device, Func<IModelRunner> makeFallback)
    {
        this.makeFallback = makeFallback;
        active = device;
    }

    public ModelRunnerInfo Info => active.Info;

    public RunnerFault? Fault => fault;

    public bool TryOpen(int leadCount, out KvSlot slot)
    {
        heldSlot = None;
        bool opened;
        try
        {
            opened = active.TryOpen(leadCount, out slot);
        }
        catch (CudaFaultException e) when (fault is null)
        {
            FailOver(e);
            opened = active.TryOpen(leadCount, out slot);
        }

        if (opened)
            Note(slot, leadCount);
        return opened;
    }

    public void Reset(KvSlot slot)
    {
        heldSlot = None;
        try
        {
            active.Reset(slot);
        }
        catch (CudaFaultException e) when (fault is null)
        {
            FailOver(e);
            active.Reset(slot);
        }
    }

    public void Close(KvSlot slot)
    {
        heldSlot = None;
        try
        {
            active.Close(slot);
        }
        catch (CudaFaultException e) when (fault is null)
        {
            FailOver(e);
            active.Close(slot);
        }

        Note(slot, 0);
    }

    public void Step(StepPlan plan, StepScores scores)
    {
        heldSlot = None;
        try
        {
            active.Step(plan, scores);
        }
        catch (CudaFaultException e) when (fault is null)
        {
            FailOver(e);
            active.Step(plan, scores);
        }
    }

    /// <summary>
    /// Takes the snapshot at once and keeps it for <see cref="Snapshot"/>: a device that failed between the two would leave a size that fits
    /// no other engine's rings.
    /// </summary>
    public int SnapshotSize(KvSlot slot)
    {
        try
        {
            Hold(slot);
        }
        catch (CudaFaultException e) when (fault is null)
        {
            FailOver(e);
            Hold(slot);
        }

        return heldSize;
    }

    public void Snapshot(KvSlot slot, Span<byte> destination)
    {
        if (slot != heldSlot)
            _ = SnapshotSize(slot);
        held.AsSpan(0, heldSize).CopyTo(destination);
    }

    public void Restore(KvSlot slot, ReadOnlySpan<byte> snapshot)
    {
        heldSlot = None;
        try
        {
            active.Restore(slot, snapshot);
        }
        catch (CudaFaultException e) when (fault is null)
        {
            FailOver(e);
            active.Restore(slot, snapshot);
        }
    }

    public void Dispose() => Release(active);

    private void Hold(KvSlot slot)
    {
        heldSlot = None;
        heldSize = active.SnapshotSize(slot);
        if (held.Length < heldSize)
            held = new byte[heldSize];
        active.Snapshot(slot, held.AsSpan(0, heldSize));
        heldSlot = slot;
    }

    private void Note(KvSlot slot, int leads)
    {
        while (leadsOfSlot.Count <= slot.Index)
            leadsOfSlot.Add(0);
        leadsOfSlot[slot.Index] = leads;
    }

    private void FailOver(CudaFaultException failure)
    {
        ModelRunnerInfo failed = active.Info;

        // Before anything else: what the device may still be writing into the scores must be over when they are computed again.
        Release(active);
        StandInRunner standIn = new(makeFallback, leadsOfSlot, failed);
        active = standIn;
        fault = new RunnerFault(failed.Engine, failure.Message, leadsOfSlot.Count(leads => leads > 0), standIn.Unheard);
    }

    /// <summary>A device that is gone may refuse even to be given back.</summary>
    public static void Release(IModelRunner runner)
    {
        try
        {
            runner.Dispose();
        }
        catch (CudaFaultException)
        {
            // Whatever of it is left goes with the process.
        }
    }
}
