using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using AnyEcg.Engine;
using AnyEcg.Signal;

namespace AnyEcg.Model;

/// <summary>
/// A plan as passes that follow one another on the device, so that each may read the rings that the one before wrote. While one is computed, the next one's
/// inputs are on their way in and the last one's scores on their way out: three streams, two sets of buffers, and events between them. The host
/// describes a pass while the device is at the one before.
/// </summary>
internal sealed unsafe class CudaPipeline : IDisposable
{
    // A plan of several passes begins with a smaller one, then one of twice its size: the device waits less for its first work.
    private const int FirstShare = 4;

    private readonly CudaEngine engine;
    private readonly PlanIndex index;
    private readonly PassBuilder builder;
    private readonly HostArrays arrays;
    private readonly ModelHeads heads;
    private StepPlan plan = null!;
    private StepScores scores = null!;

    public CudaPipeline(CudaEngine engine, PlanIndex index, PassBuilder builder, ModelHeads heads)
    {
        (this.engine, this.index, this.builder, this.heads) = (engine, index, builder, heads);
        arrays = new HostArrays(engine.Context);
    }

    /// <summary>Why copies wait for the host; empty where they do not.</summary>
    public string Refusal => arrays.Refusal;

    /// <summary>Computes the plan that the index has checked, and waits for its scores. Tokens are linked pass by pass: the device works meanwhile.</summary>
    public void Run(StepPlan newPlan, StepScores newScores)
    {
        (plan, scores) = (newPlan, newScores);
        arrays.Lock(plan);
        arrays.Lock(scores);
        int set = 0, largest = engine.Buckets.Largest;
        int room = plan.TokenCount > largest ? Math.Max(largest / FirstShare, CudaBuckets.Least) : largest;
        for (int row = 0; row < plan.RowCount; set = (set + 1) % engine.Buffers.Length)
        {
            PassRange pass = PassRange.Cut(plan, index, row, room);
            Enqueue(pass, set);
            row = pass.EndRow;
            room = Math.Min(2 * room, largest);
        }

        engine.CopyOut.Synchronize();
        engine.Step.Profile?.Collect();
    }

    /// <summary>Waits until nothing is copied any more, whatever has failed.</summary>
    public void Drain()
    {
        engine.Context.MakeCurrentToFree();
        try
        {
            engine.Context.Synchronize();
        }
        catch (CudaFaultException)
        {
            // What led here is told already; a device that is lost copies nothing.
        }
    }

    public void Dispose() => arrays.Dispose();

    private void Enqueue(PassRange pass, int set)
    {
        PassBuffers buffers = engine.Buffers[set];
        int bucket = CudaBuckets.Of(pass.Room);
        buffers.CopiedIn.Synchronize();
        index.Link(pass.FirstRow, pass.EndRow);
        int cross = builder.Build(plan, pass, buffers.Describe(bucket));
        engine.CopyIn.WaitFor(buffers.Computed);
        buffers.Send(engine.CopyIn, bucket, pass, cross);
        ref readonly Pass at = ref buffers.Addresses;
        In(at.Patches, plan.Patches, pass.FirstToken, pass.Tokens, PatchSecond.PatchSamples);
        In(at.Context, plan.RowContext, pass.FirstRow, pass.Rows, ContextFeatures.Count);
        engine.CopyIn.Record(buffers.CopiedIn);
        engine.Compute.WaitFor(buffers.CopiedIn);
        engine.Compute.WaitFor(buffers.CopiedOut);
        ReadOnlySpan<bool> readOnly = plan.TokenReadOnly.AsSpan(pass.FirstToken, pass.Tokens);
        int firstReadOnly = (heads & ModelHeads.Reconstruction) != 0 ? readOnly.IndexOf(true) : -1;
        engine.Step.Enqueue(bucket, set, pass.IsLive, firstReadOnly >= 0);
        engine.Compute.Record(buffers.Computed);
        engine.CopyOut.WaitFor(buffers.Computed);
        RowsOut(at, pass);
        TokensOut(at, pass);
        if (firstReadOnly >= 0)
        {
            // In one piece, from the first to the last; what lies between them is nobody's result.
            int count = readOnly.LastIndexOf(true) + 1 - firstReadOnly;
            nint from = at.Reconstructed + (nint)firstReadOnly * PatchSecond.PatchSamples * sizeof(float);
            Out(scores.Reconstruction, from, pass.FirstToken + firstReadOnly, count, PatchSecond.PatchSamples);
        }

        engine.CopyOut.Record(buffers.CopiedOut);
    }

    private void RowsOut(in Pass at, PassRange pass)
    {
        Out(ModelHeads.Rhythm, scores.Rhythm, at.Rhythm, pass.FirstRow, pass.Rows, RhythmClasses.Count);
        Out(ModelHeads.Anomaly, scores.Anomaly, at.Anomaly, pass.FirstRow, pass.Rows, 1);
        Out(ModelHeads.RecordAnomaly, scores.RecordAnomaly, at.RecordAnomaly, pass.FirstRow, pass.Rows, 1);
        Out(ModelHeads.Strip, scores.Strip, at.Strip, pass.FirstRow, pass.Rows, StripLabels.Count);
        if (scores.ArrhythmiaClasses > 0)
        {
            Out(ModelHeads.Arrhythmia, scores.Arrhythmia, at.Arrhythmia, pass.FirstRow, pass.Rows, scores.ArrhythmiaClasses);
        }
    }

    private void TokensOut(in Pass at, PassRange pass)
    {
        Out(ModelHeads.Beats, scores.Beats, at.Beats, pass.FirstToken, pass.Tokens, StepScores.BeatBins * StepScores.BeatClasses);
        Out(ModelHeads.Beats, scores.BeatOffset, at.BeatOffset, pass.FirstToken, pass.Tokens, StepScores.BeatBins);
        Out(ModelHeads.Surprise, scores.Surprise, at.Surprise, pass.FirstToken, pass.Tokens, 1);
        Out(ModelHeads.Surprise, scores.Code, at.Code, pass.FirstToken, pass.Tokens, 1);
    }

    private void Out<T>(ModelHeads head, T[] to, nint from, int first, int count, int width)
        where T : unmanaged
    {
        if ((heads & head) != 0)
        {
            Out(to, from, first, count, width);
        }
    }

    /// <summary>The arrays of plans and scores never move.</summary>
    private void Out<T>(T[] to, nint from, int first, int count, int width)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)(first + count) * width, to.Length);
        engine.CopyOut.CopyOut(Address(to) + (long)first * width, from, (long)count * width * sizeof(T));
    }

    private void In(nint to, float[] from, int first, int count, int width)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)(first + count) * width, from.Length);
        engine.CopyIn.CopyIn(to, Address(from) + (long)first * width, (long)count * width * sizeof(float));
    }

    private static T* Address<T>(T[] array)
        where T : unmanaged => (T*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array));
}
