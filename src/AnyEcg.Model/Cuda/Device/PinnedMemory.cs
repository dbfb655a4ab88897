namespace AnyEcg.Model;

/// <summary>Locked memory of the host: the device copies from and to it while the host goes on.</summary>
internal sealed unsafe class PinnedMemory : IDisposable
{
    private readonly CudaContext context;
    private void* address;

    /// <exception cref="CudaFaultException">The system does not lock so much.</exception>
    public PinnedMemory(CudaContext context, long bytes, string what)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bytes);
        this.context = context;
        Bytes = bytes;
        void* made;
        int status = context.Driver.MemHostAlloc(&made, checked((nuint)bytes), CudaDriver.Portable);
        if (status != CudaStatus.Success)
            throw context.Fault(status, $"locking {bytes:N0} bytes of the host's memory for {what}");
        address = made;
    }

    public void* Address => address;

    public long Bytes { get; }

    /// <summary>A part, as numbers.</summary>
    public Span<T> Span<T>(long offset, int count) where T : unmanaged
    {
        if (offset < 0 || count < 0 || offset > Bytes - (long)count * sizeof(T))
            throw new ArgumentOutOfRangeException(nameof(offset));
        return new Span<T>((byte*)address + offset, count);
    }

    public void Dispose()
    {
        if (address == null)
            return;
        context.MakeCurrentToFree();
        _ = context.Driver.MemFreeHost(address);
        address = null;
    }
}
