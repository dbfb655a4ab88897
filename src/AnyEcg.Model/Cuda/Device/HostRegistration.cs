using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AnyEcg.Model;

/// <summary>
/// Locks a managed array for the device's copies while this object lives. The array must never move (allocated pinned), and outlive this
/// object. A refusal is no fault: copies then go through the driver's own buffers, slower.
/// </summary>
internal sealed unsafe class HostRegistration : IDisposable
{
    private readonly CudaContext context;
    private void* address;

    private HostRegistration(CudaContext context, void* address, long bytes)
    {
        this.context = context;
        if (bytes == 0)
            return;
        int status = context.Driver.MemHostRegister(address, checked((nuint)bytes), CudaDriver.Portable);
        if (status == CudaStatus.Success)
            this.address = address;
        else
            Refusal = context.Fault(status, $"locking an array of {bytes:N0} bytes").Message;
    }

    /// <summary>Why the system did not lock the array; null where it did.</summary>
    public string? Refusal { get; }

    /// <param name="context">The device.</param>
    /// <param name="array">Allocated with GC.AllocateArray(pinned: true) or GC.AllocateUninitializedArray(pinned: true).</param>
    public static HostRegistration Of<T>(CudaContext context, T[] array) where T : unmanaged => new(
        context, Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array)), (long)array.Length * sizeof(T));

    public void Dispose()
    {
        if (address == null)
            return;
        context.MakeCurrentToFree();
        _ = context.Driver.MemHostUnregister(address);
        address = null;
    }
}
