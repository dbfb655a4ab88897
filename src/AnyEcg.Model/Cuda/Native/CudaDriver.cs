namespace AnyEcg.Model;

/// <summary>
/// What is used of the CUDA driver API (cuda.h), by the exported names that stand from CUDA 11.8 to 13. Every function answers a CUresult
/// (<see cref="CudaStatus"/>). Handles (context, module, function, stream, event, graph) and device addresses are 64 bits.
/// </summary>
internal sealed unsafe class CudaDriver
{
    public const int MultiprocessorCount = 16, L2CacheBytes = 38, CapabilityMajor = 75, CapabilityMinor = 76;

    /// <summary>CUfunction_attribute.</summary>
    public const int SharedBytes = 1, LocalBytes = 3, Registers = 4;

    /// <summary>Of a stream: it does not wait for the legacy default stream.</summary>
    public const uint NonBlocking = 1;

    /// <summary>Of an event: who waits for it on the host gives up its core; it carries no time.</summary>
    public const uint BlockingSync = 1, DisableTiming = 2;

    /// <summary>Of host memory: locked for all contexts.</summary>
    public const uint Portable = 1;

    /// <summary>Of a capture: only this thread is kept from calls that a capture does not allow.</summary>
    public const int CaptureThreadLocal = 1;

    public readonly delegate* unmanaged<uint, int> Init;
    public readonly delegate* unmanaged<int*, int> DriverGetVersion;
    public readonly delegate* unmanaged<int, byte**, int> GetErrorName;
    public readonly delegate* unmanaged<int, byte**, int> GetErrorString;
    public readonly delegate* unmanaged<int*, int> DeviceGetCount;
    public readonly delegate* unmanaged<int*, int, int> DeviceGet;
    public readonly delegate* unmanaged<byte*, int, int, int> DeviceGetName;
    public readonly delegate* unmanaged<int*, int, int, int> DeviceGetAttribute;
    public readonly delegate* unmanaged<nuint*, int, int> DeviceTotalMem;
    public readonly delegate* unmanaged<nint*, int, int> PrimaryCtxRetain;
    public readonly delegate* unmanaged<int, int> PrimaryCtxRelease;
    public readonly delegate* unmanaged<nint, int> CtxSetCurrent;
    public readonly delegate* unmanaged<int> CtxSynchronize;
    public readonly delegate* unmanaged<nuint*, nuint*, int> MemGetInfo;
    public readonly delegate* unmanaged<nint*, nuint, int> MemAlloc;
    public readonly delegate* unmanaged<nint, int> MemFree;
    public readonly delegate* unmanaged<void**, nuint, uint, int> MemHostAlloc;
    public readonly delegate* unmanaged<void*, int> MemFreeHost;
    public readonly delegate* unmanaged<void*, nuint, uint, int> MemHostRegister;
    public readonly delegate* unmanaged<void*, int> MemHostUnregister;
    public readonly delegate* unmanaged<nint, void*, nuint, nint, int> MemcpyHtoDAsync;
    public readonly delegate* unmanaged<void*, nint, nuint, nint, int> MemcpyDtoHAsync;
    public readonly delegate* unmanaged<nint, nint, nuint, nint, int> MemcpyDtoDAsync;
    public readonly delegate* unmanaged<nint, byte, nuint, nint, int> MemsetD8Async;
    public readonly delegate* unmanaged<nint*, void*, int> ModuleLoadData;
    public readonly delegate* unmanaged<nint, int> ModuleUnload;
    public readonly delegate* unmanaged<nint*, nint, byte*, int> ModuleGetFunction;
    public readonly delegate* unmanaged<int*, int, nint, int> FuncGetAttribute;
    public readonly delegate* unmanaged<nint, uint, uint, uint, uint, uint, uint, uint, nint, void**, void**, int> LaunchKernel;
    public readonly delegate* unmanaged<nint*, uint, int> StreamCreate;
    public readonly delegate* unmanaged<nint, int> StreamDestroy;
    public readonly delegate* unmanaged<nint, int> StreamSynchronize;
    public readonly delegate* unmanaged<nint, nint, uint, int> StreamWaitEvent;
    public readonly delegate* unmanaged<nint, int, int> StreamBeginCapture;
    public readonly delegate* unmanaged<nint, nint*, int> StreamEndCapture;
    public readonly delegate* unmanaged<nint*, uint, int> EventCreate;
    public readonly delegate* unmanaged<nint, int> EventDestroy;
    public readonly delegate* unmanaged<nint, nint, int> EventRecord;
    public readonly delegate* unmanaged<nint, int> EventQuery;
    public readonly delegate* unmanaged<nint, int> EventSynchronize;
    public readonly delegate* unmanaged<float*, nint, nint, int> EventElapsedTime;
    public readonly delegate* unmanaged<nint*, nint, ulong, int> GraphInstantiate;
    public readonly delegate* unmanaged<nint, nint, int> GraphLaunch;
    public readonly delegate* unmanaged<nint, int> GraphExecDestroy;
    public readonly delegate* unmanaged<nint, int> GraphDestroy;

    /// <exception cref="CudaUnavailableException">The library lacks a function.</exception>
    public CudaDriver(LoadedLibrary library)
    {
        Init = (delegate* unmanaged<uint, int>)library.Function("cuInit");
        DriverGetVersion = (delegate* unmanaged<int*, int>)library.Function("cuDriverGetVersion");
        GetErrorName = (delegate* unmanaged<int, byte**, int>)library.Function("cuGetErrorName");
        GetErrorString = (delegate* unmanaged<int, byte**, int>)library.Function("cuGetErrorString");
        DeviceGetCount = (delegate* unmanaged<int*, int>)library.Function("cuDeviceGetCount");
        DeviceGet = (delegate* unmanaged<int*, int, int>)library.Function("cuDeviceGet");
        DeviceGetName = (delegate* unmanaged<byte*, int, int, int>)library.Function("cuDeviceGetName");
        DeviceGetAttribute = (delegate* unmanaged<int*, int, int, int>)library.Function("cuDeviceGetAttribute");
        DeviceTotalMem = (delegate* unmanaged<nuint*, int, int>)library.Function("cuDeviceTotalMem_v2");
        PrimaryCtxRetain = (delegate* unmanaged<nint*, int, int>)library.Function("cuDevicePrimaryCtxRetain");
        PrimaryCtxRelease = (delegate* unmanaged<int, int>)library.Function("cuDevicePrimaryCtxRelease_v2");
        CtxSetCurrent = (delegate* unmanaged<nint, int>)library.Function("cuCtxSetCurrent");
        CtxSynchronize = (delegate* unmanaged<int>)library.Function("cuCtxSynchronize");
        MemGetInfo = (delegate* unmanaged<nuint*, nuint*, int>)library.Function("cuMemGetInfo_v2");
        MemAlloc = (delegate* unmanaged<nint*, nuint, int>)library.Function("cuMemAlloc_v2");
        MemFree = (delegate* unmanaged<nint, int>)library.Function("cuMemFree_v2");
        MemHostAlloc = (delegate* unmanaged<void**, nuint, uint, int>)library.Function("cuMemHostAlloc");
        MemFreeHost = (delegate* unmanaged<void*, int>)library.Function("cuMemFreeHost");
        MemHostRegister = (delegate* unmanaged<void*, nuint, uint, int>)library.Function("cuMemHostRegister_v2");
        MemHostUnregister = (delegate* unmanaged<void*, int>)library.Function("cuMemHostUnregister");
        MemcpyHtoDAsync = (delegate* unmanaged<nint, void*, nuint, nint, int>)library.Function("cuMemcpyHtoDAsync_v2");
        MemcpyDtoHAsync = (delegate* unmanaged<void*, nint, nuint, nint, int>)library.Function("cuMemcpyDtoHAsync_v2");
        MemcpyDtoDAsync = (delegate* unmanaged<nint, nint, nuint, nint, int>)library.Function("cuMemcpyDtoDAsync_v2");
        MemsetD8Async = (delegate* unmanaged<nint, byte, nuint, nint, int>)library.Function("cuMemsetD8Async");
        ModuleLoadData = (delegate* unmanaged<nint*, void*, int>)library.Function("cuModuleLoadData");
        ModuleUnload = (delegate* unmanaged<nint, int>)library.Function("cuModuleUnload");
        ModuleGetFunction = (delegate* unmanaged<nint*, nint, byte*, int>)library.Function("cuModuleGetFunction");
        FuncGetAttribute = (delegate* unmanaged<int*, int, nint, int>)library.Function("cuFuncGetAttribute");
        LaunchKernel = (delegate* unmanaged<nint, uint, uint, uint, uint, uint, uint, uint, nint, void**, void**, int>)library.Function("cuLaunchKernel");
        StreamCreate = (delegate* unmanaged<nint*, uint, int>)library.Function("cuStreamCreate");
        StreamDestroy = (delegate* unmanaged<nint, int>)library.Function("cuStreamDestroy_v2");
        StreamSynchronize = (delegate* unmanaged<nint, int>)library.Function("cuStreamSynchronize");
        StreamWaitEvent = (delegate* unmanaged<nint, nint, uint, int>)library.Function("cuStreamWaitEvent");
        StreamBeginCapture = (delegate* unmanaged<nint, int, int>)library.Function("cuStreamBeginCapture_v2");
        StreamEndCapture = (delegate* unmanaged<nint, nint*, int>)library.Function("cuStreamEndCapture");
        EventCreate = (delegate* unmanaged<nint*, uint, int>)library.Function("cuEventCreate");
        EventDestroy = (delegate* unmanaged<nint, int>)library.Function("cuEventDestroy_v2");
        EventRecord = (delegate* unmanaged<nint, nint, int>)library.Function("cuEventRecord");
        EventQuery = (delegate* unmanaged<nint, int>)library.Function("cuEventQuery");
        EventSynchronize = (delegate* unmanaged<nint, int>)library.Function("cuEventSynchronize");
        EventElapsedTime = (delegate* unmanaged<float*, nint, nint, int>)library.Function("cuEventElapsedTime");
        GraphInstantiate = (delegate* unmanaged<nint*, nint, ulong, int>)library.Function("cuGraphInstantiateWithFlags");
        GraphLaunch = (delegate* unmanaged<nint, nint, int>)library.Function("cuGraphLaunch");
        GraphExecDestroy = (delegate* unmanaged<nint, int>)library.Function("cuGraphExecDestroy");
        GraphDestroy = (delegate* unmanaged<nint, int>)library.Function("cuGraphDestroy");
        library.RequireAll();
    }

    /// <summary>Name and text of a status.</summary>
    public string Describe(int code)
    {
        byte* name, text;
        string named = GetErrorName(code, &name) == 0 && name != null ? NativeText.Read(name) : "an unknown status";
        return GetErrorString(code, &text) == 0 && text != null ? $"{named}, {NativeText.Read(text)}" : named;
    }
}
