namespace AnyEcg.Model;

/// <summary>What an event is for.</summary>
internal enum CudaEventUse
{
    /// <summary>Orders streams; a host that waits for it spins.</summary>
    Order,

    /// <summary>Orders streams; a host that waits for it gives up its core meanwhile, at some tens of microseconds.</summary>
    HostWait,

    /// <summary>Carries a time.</summary>
    Timing,
}

/// <summary>A mark in a stream.</summary>
internal sealed unsafe class CudaEvent : IDisposable
{
    private readonly CudaContext context;
    private nint handle;

    public CudaEvent(CudaContext context, CudaEventUse use)
    {
        this.context = context;
        uint flags = use switch
        {
            CudaEventUse.Order => CudaDriver.DisableTiming,
            CudaEventUse.HostWait => CudaDriver.DisableTiming | CudaDriver.BlockingSync,
            _ => 0,
        };
        fixed (nint* made = &handle)
            context.Check(context.Driver.EventCreate(made, flags), "making an event");
    }

    public nint Handle => handle;

    /// <summary>The device is past the mark; true as well where it was never recorded.</summary>
    public bool IsDone
    {
        get
        {
            int status = context.Driver.EventQuery(handle);
            return status == CudaStatus.Success || (status == CudaStatus.NotReady ? false : throw context.Fault(status, "asking for an event"));
        }
    }

    /// <summary>Waits until the device is past the mark.</summary>
    public void Synchronize() => context.Check(context.Driver.EventSynchronize(handle), "waiting for an event");

    /// <summary>Time of the device between two marks it is past, both of <see cref="CudaEventUse.Timing"/>; about half a microsecond of resolution.</summary>
    public TimeSpan Since(CudaEvent earlier)
    {
        float milliseconds;
        context.Check(context.Driver.EventElapsedTime(&milliseconds, earlier.handle, handle), "asking for a time");
        return TimeSpan.FromMilliseconds(milliseconds);
    }

    public void Dispose()
    {
        if (handle == 0)
            return;
        context.MakeCurrentToFree();
        _ = context.Driver.EventDestroy(handle);
        handle = 0;
    }
}
