namespace AnyEcg.Model;

/// <summary>Whose status a number is.</summary>
internal enum CudaLibrary
{
    Driver,
    Nvrtc,
    CublasLt,
}

/// <summary>CUresult, as cuda.h numbers it (the same from CUDA 11.8 to 13), and what the numbers mean for a runner.</summary>
internal static class CudaStatus
{
    public const int Success = 0, OutOfMemory = 2, StubLibrary = 34, NoDevice = 100, InvalidDevice = 101, InvalidImage = 200, NoBinaryForDevice = 209, EccUncorrectable = 214,
        InvalidPtx = 218, UnsupportedPtxVersion = 222, NotFound = 500, NotReady = 600, IllegalAddress = 700, LaunchFailed = 719;

    public static bool IsOutOfMemory(CudaLibrary library, int code) => library switch
    {
        CudaLibrary.Driver => code == OutOfMemory,
        CudaLibrary.Nvrtc => code == 1,
        _ => code == 3,
    };

    /// <summary>The context is broken, or the device gone. Of cuBLASLt: mapping error, execution failed, internal error.</summary>
    public static bool IsDeviceLost(CudaLibrary library, int code) => library switch
    {
        CudaLibrary.Driver => IsLost(code),
        CudaLibrary.Nvrtc => false,
        _ => code is 11 or 13 or 14,
    };

    /// <summary>An image that this driver or device cannot load; another image may do.</summary>
    public static bool IsImageRefused(int code) => code is InvalidImage or NoBinaryForDevice or InvalidPtx or UnsupportedPtxVersion;

    private static bool IsLost(int code) => code
        is 4 // deinitialised: the process is going down
        or 46 // device unavailable
        or 201 // invalid context
        or EccUncorrectable
        or 220 // uncorrectable NVLink error
        or 226 // contained hardware error
        or IllegalAddress
        or 702 // launch timeout
        or 709 // context destroyed
        or 710 // assertion in a kernel
        or (>= 714 and <= LaunchFailed) // stack error, illegal instruction, misaligned address, address space, program counter, launch failed
        or 810 // client of the multi-process service terminated
        or 911 // external device
        or 999; // unknown
}
