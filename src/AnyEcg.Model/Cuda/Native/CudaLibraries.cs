namespace AnyEcg.Model;

/// <summary>The three libraries that the CUDA engine uses, found at run time. Thread-safe; loaded libraries stay until the process ends.</summary>
internal sealed unsafe class CudaLibraries
{
    private CudaLibraries(CudaDriver driver, int driverVersion, Nvrtc nvrtc, CublasLt cublasLt)
    {
        Driver = driver;
        DriverVersion = driverVersion;
        Nvrtc = nvrtc;
        CublasLt = cublasLt;
    }

    public CudaDriver Driver { get; }

    /// <summary>What CUDA the driver speaks: 12080 for 12.8.</summary>
    public int DriverVersion { get; }

    public Nvrtc Nvrtc { get; }

    public CublasLt CublasLt { get; }

    /// <summary>Finds and opens all three, and starts the driver.</summary>
    /// <param name="folders">Searched first (<see cref="CudaModelOptions.Libraries"/>); null for none.</param>
    /// <exception cref="CudaUnavailableException">A library or one of its functions is missing, or the driver cannot start.</exception>
    public static CudaLibraries Load(IEnumerable<string>? folders = null)
    {
        var search = new LibrarySearch(folders ?? []);
        LoadedLibrary library = search.Load(LibraryNames.Driver);
        var driver = new CudaDriver(library);
        int version = Start(driver, library.Path);
        return new CudaLibraries(
            driver, version, new Nvrtc(search.Load(LibraryNames.Nvrtc, version / 1000)), new CublasLt(search.Load(LibraryNames.CublasLt, version / 1000)));
    }

    private static int Start(CudaDriver driver, string path)
    {
        int status = driver.Init(0);
        if (status != CudaStatus.Success)
        {
            string what = status == CudaStatus.NoDevice
                ? "there is no CUDA device, or none may be used (CUDA_VISIBLE_DEVICES; in a container: access to the GPU)"
                : $"{driver.Describe(status)} (the kernel module and the library of the NVIDIA driver may differ, or the device is in a bad state)";
            throw new CudaUnavailableException($"The CUDA driver ({path}) does not start: {what}.")
            {
                IsDriverMissing = status == CudaStatus.StubLibrary,
                IsDefect = status is not (CudaStatus.NoDevice or CudaStatus.StubLibrary),
            };
        }

        int version = 0;
        if (driver.DriverGetVersion(&version) != CudaStatus.Success || version < 11080)
            throw new CudaUnavailableException($"The CUDA driver ({path}) speaks CUDA {version / 1000}.{version % 1000 / 10}; 11.8 or later is needed: update the NVIDIA driver.");
        return version;
    }
}
