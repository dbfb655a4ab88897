using System.Globalization;

namespace AnyEcg.Model;

/// <summary>
/// One device, opened: its primary context. Every call of the driver happens on a thread that has called <see cref="MakeCurrent"/>; objects of the
/// context may be used by one thread at a time.
/// </summary>
internal sealed unsafe class CudaContext : IDisposable
{
    /// <summary>The oldest generation that computes in bfloat16.</summary>
    public const int LeastMajor = 8;

    private readonly int device;
    private readonly nint handle;
    private readonly CudaStream copies;
    private bool disposed;

    private CudaContext(CudaLibraries libraries, int device, nint handle, CudaDevice about)
    {
        Libraries = libraries;
        this.device = device;
        this.handle = handle;
        About = about;
        MakeCurrent();
        copies = new CudaStream(this);
    }

    public CudaLibraries Libraries { get; }

    public CudaDevice About { get; }

    /// <summary>A call has answered that the context is broken; no later one will succeed.</summary>
    public bool IsLost { get; private set; }

    internal CudaDriver Driver => Libraries.Driver;

    /// <summary>Opens a device and makes it current on this thread.</summary>
    /// <param name="libraries">The libraries.</param>
    /// <param name="ordinal">Which of the devices that the driver shows (CUDA_VISIBLE_DEVICES decides what it shows).</param>
    /// <exception cref="CudaUnavailableException">There is no such device, it is too old, or it cannot be opened.</exception>
    public static CudaContext Open(CudaLibraries libraries, int ordinal = 0)
    {
        CudaDriver driver = libraries.Driver;
        int count = 0, device = 0;
        Require(driver, driver.DeviceGetCount(&count), "asking for the devices");
        if (ordinal < 0 || ordinal >= count)
            throw new CudaUnavailableException(string.Create(CultureInfo.InvariantCulture, $"There is no CUDA device {ordinal}: the driver shows {count}."));

        Require(driver, driver.DeviceGet(&device, ordinal), "asking for the device");
        var about = CudaDevice.Read(libraries, device);
        if (about.Major < LeastMajor)
        {
            throw new CudaUnavailableException(string.Create(CultureInfo.InvariantCulture,
                $"{about.Name} has compute capability {about.Major}.{about.Minor}; {LeastMajor}.0 (Ampere) or later is needed for bfloat16."));
        }

        nint handle;
        Require(driver, driver.PrimaryCtxRetain(&handle, device), $"opening {about.Name}");
        try
        {
            return new CudaContext(libraries, device, handle, about);
        }
        catch (CudaFaultException e)
        {
            _ = driver.PrimaryCtxRelease(device);
            throw new CudaUnavailableException(e.Message, e) { IsDefect = !e.IsOutOfMemory };
        }
    }

    /// <summary>Makes the context current on this thread: some tens of nanoseconds.</summary>
    public void MakeCurrent() => Check(Driver.CtxSetCurrent(handle), "choosing the device for a thread");

    /// <summary>Bytes of the device's memory that nobody holds.</summary>
    public long FreeBytes()
    {
        nuint free, total;
        Check(Driver.MemGetInfo(&free, &total), "asking for the free memory");
        return (long)free;
    }

    /// <summary>Waits for everything that was given to the device.</summary>
    public void Synchronize() => Check(Driver.CtxSynchronize(), "waiting for the device");

    /// <summary>Copies to the device and waits: for set-up, tests and snapshots. Not ordered against other streams.</summary>
    public void Write(nint address, void* from, long bytes)
    {
        copies.CopyIn(address, from, bytes);
        copies.Synchronize();
    }

    /// <summary>Copies from the device and waits: for tests and snapshots. Not ordered against other streams.</summary>
    public void Read(nint address, void* to, long bytes)
    {
        copies.CopyOut(to, address, bytes);
        copies.Synchronize();
    }

    /// <summary>Sets bytes to zero and waits.</summary>
    public void Zero(nint address, long bytes)
    {
        copies.Zero(address, bytes);
        copies.Synchronize();
    }

    /// <exception cref="CudaFaultException">The status is none of success.</exception>
    public void Check(int status, string doing)
    {
        if (status != CudaStatus.Success)
            throw Fault(status, doing);
    }

    /// <summary>The exception of a status, remembered where it says that the device is lost.</summary>
    public CudaFaultException Fault(int status, string doing)
    {
        var fault = new CudaFaultException(CudaLibrary.Driver, status, Driver.Describe(status), doing);
        IsLost |= fault.IsDeviceLost;
        return fault;
    }

    /// <summary>The same for a status of cuBLASLt.</summary>
    public void CheckProduct(int status, string doing)
    {
        if (status == 0)
            return;
        var fault = new CudaFaultException(CudaLibrary.CublasLt, status, Libraries.CublasLt.Describe(status), doing);
        IsLost |= fault.IsDeviceLost;
        throw fault;
    }

    /// <summary>Before an object is given back: no thread need be the one that made it, and a lost device is no reason to throw.</summary>
    internal void MakeCurrentToFree() => _ = Driver.CtxSetCurrent(handle);

    /// <summary>Gives the context back; all its objects must have been given back before.</summary>
    public void Dispose()
    {
        if (disposed)
            return;
        disposed = true;
        copies.Dispose();
        _ = Driver.CtxSetCurrent(0);
        _ = Driver.PrimaryCtxRelease(device);
    }

    private static void Require(CudaDriver driver, int status, string doing)
    {
        if (status != CudaStatus.Success)
        {
            throw new CudaUnavailableException($"The CUDA device cannot be used: {driver.Describe(status)}, while {doing}.")
            {
                IsDefect = status is not (CudaStatus.NoDevice or CudaStatus.OutOfMemory),
            };
        }
    }
}
