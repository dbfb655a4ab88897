namespace AnyEcg.Model;

/// <summary>Work of the device in the order in which it was given. Does not wait for the default stream, nor it for this one.</summary>
internal sealed unsafe class CudaStream : IDisposable
{
    private readonly CudaContext context;
    private nint handle;

    public CudaStream(CudaContext context)
    {
        this.context = context;
        fixed (nint* made = &handle)
            context.Check(context.Driver.StreamCreate(made, CudaDriver.NonBlocking), "making a stream");
    }

    public nint Handle => handle;

    public CudaContext Context => context;

    /// <summary>Copies to the device. Locked memory is read later, until the stream is past it; pageable memory is read before this returns.</summary>
    public void CopyIn(nint to, void* from, long bytes) =>
        context.Check(context.Driver.MemcpyHtoDAsync(to, from, checked((nuint)bytes), handle), "copying to the device");

    /// <summary>Copies from the device; done when the stream is past it. Into pageable memory this waits for it.</summary>
    public void CopyOut(void* to, nint from, long bytes) =>
        context.Check(context.Driver.MemcpyDtoHAsync(to, from, checked((nuint)bytes), handle), "copying from the device");

    public void CopyWithin(nint to, nint from, long bytes) =>
        context.Check(context.Driver.MemcpyDtoDAsync(to, from, checked((nuint)bytes), handle), "copying on the device");

    public void Zero(nint address, long bytes) =>
        context.Check(context.Driver.MemsetD8Async(address, 0, checked((nuint)bytes), handle), "clearing memory of the device");

    /// <summary>Marks the work given until now.</summary>
    public void Record(CudaEvent mark) => context.Check(context.Driver.EventRecord(mark.Handle, handle), "recording an event");

    /// <summary>Later work waits for what the event marks; on the device, not here.</summary>
    public void WaitFor(CudaEvent mark) => context.Check(context.Driver.StreamWaitEvent(handle, mark.Handle, 0), "ordering two streams");

    /// <summary>Waits for all work given until now. Faults of kernels come to light here.</summary>
    public void Synchronize() => context.Check(context.Driver.StreamSynchronize(handle), "waiting for a stream");

    public void Dispose()
    {
        if (handle == 0)
            return;
        context.MakeCurrentToFree();
        _ = context.Driver.StreamDestroy(handle);
        handle = 0;
    }
}
