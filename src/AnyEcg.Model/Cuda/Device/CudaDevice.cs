namespace AnyEcg.Model;

/// <summary>What a device is.</summary>
/// <param name="Name">As the driver calls it.</param>
/// <param name="Major">Compute capability.</param>
/// <param name="Minor">Compute capability.</param>
/// <param name="Multiprocessors">How many blocks run at least side by side.</param>
/// <param name="L2Bytes">Second-level cache.</param>
/// <param name="TotalBytes">Memory.</param>
internal sealed record CudaDevice(string Name, int Major, int Minor, int Multiprocessors, int L2Bytes, long TotalBytes)
{
    /// <summary>90 for compute capability 9.0.</summary>
    public int Architecture => 10 * Major + Minor;

    public static unsafe CudaDevice Read(CudaLibraries libraries, int device)
    {
        CudaDriver driver = libraries.Driver;
        byte* name = stackalloc byte[256];
        nuint total;
        if (driver.DeviceGetName(name, 256, device) != CudaStatus.Success || driver.DeviceTotalMem(&total, device) != CudaStatus.Success)
            throw new CudaUnavailableException("The CUDA driver does not describe its device.") { IsDefect = true };
        return new CudaDevice(
            NativeText.Read(name), Attribute(CudaDriver.CapabilityMajor), Attribute(CudaDriver.CapabilityMinor), Attribute(CudaDriver.MultiprocessorCount),
            Attribute(CudaDriver.L2CacheBytes), (long)total);

        int Attribute(int which)
        {
            int value = 0;
            return driver.DeviceGetAttribute(&value, which, device) == CudaStatus.Success ? value : 0;
        }
    }
}
