namespace AnyEcg.Model;

/// <summary>Work that was recorded once and is given to the device as one piece.</summary>
internal sealed unsafe class CudaGraph : IDisposable
{
    private readonly CudaContext context;
    private nint handle;

    private CudaGraph(CudaContext context, nint handle)
    {
        this.context = context;
        this.handle = handle;
    }

    /// <summary>
    /// Records what <paramref name="enqueue"/> gives to the stream; nothing of it runs. Every kernel and product in it must have run once outside
    /// of a recording (code is loaded at its first use), and nothing in it may wait or reserve memory. Only this thread records.
    /// </summary>
    /// <exception cref="CudaFaultException">
    /// The device has no memory for the graph (<see cref="CudaFaultException.IsOutOfMemory"/>: the work can still be given piece by piece), or
    /// something was done that cannot be recorded.
    /// </exception>
    public static CudaGraph Record(CudaStream stream, Action enqueue)
    {
        CudaContext context = stream.Context;
        CudaDriver driver = context.Driver;
        context.Check(driver.StreamBeginCapture(stream.Handle, CudaDriver.CaptureThreadLocal), "beginning a recording");
        nint recorded = 0;
        try
        {
            enqueue();
        }
        catch
        {
            _ = driver.StreamEndCapture(stream.Handle, &recorded);
            Discard(driver, recorded);
            throw;
        }

        context.Check(driver.StreamEndCapture(stream.Handle, &recorded), "ending a recording");
        nint made = 0;
        int status = driver.GraphInstantiate(&made, recorded, 0);
        Discard(driver, recorded);
        context.Check(status, "preparing a graph");
        return new CudaGraph(context, made);
    }

    /// <summary>Gives the recorded work to a stream.</summary>
    public void Launch(CudaStream stream) => context.Check(context.Driver.GraphLaunch(handle, stream.Handle), "launching a graph");

    public void Dispose()
    {
        if (handle == 0)
            return;
        context.MakeCurrentToFree();
        _ = context.Driver.GraphExecDestroy(handle);
        handle = 0;
    }

    private static void Discard(CudaDriver driver, nint recorded)
    {
        if (recorded != 0)
            _ = driver.GraphDestroy(recorded);
    }
}
