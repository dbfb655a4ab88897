namespace AnyEcg.Model;

/// <summary>What is used of NVRTC (nvrtc.h), the same from CUDA 11.8 to 13. Every function answers an nvrtcResult, 0 for success.</summary>
internal sealed unsafe class Nvrtc
{
    public const int InvalidOption = 5, CompilationFailed = 6;

    public readonly delegate* unmanaged<int, byte*> GetErrorString;
    public readonly delegate* unmanaged<int*, int*, int> Version;
    public readonly delegate* unmanaged<int*, int> GetNumSupportedArchs;
    public readonly delegate* unmanaged<int*, int> GetSupportedArchs;
    public readonly delegate* unmanaged<nint*, byte*, byte*, int, byte**, byte**, int> CreateProgram;
    public readonly delegate* unmanaged<nint*, int> DestroyProgram;
    public readonly delegate* unmanaged<nint, int, byte**, int> CompileProgram;
    public readonly delegate* unmanaged<nint, nuint*, int> GetProgramLogSize;
    public readonly delegate* unmanaged<nint, byte*, int> GetProgramLog;
    public readonly delegate* unmanaged<nint, nuint*, int> GetCubinSize;
    public readonly delegate* unmanaged<nint, byte*, int> GetCubin;
    public readonly delegate* unmanaged<nint, nuint*, int> GetPtxSize;
    public readonly delegate* unmanaged<nint, byte*, int> GetPtx;

    /// <exception cref="CudaUnavailableException">The library lacks a function.</exception>
    public Nvrtc(LoadedLibrary library)
    {
        GetErrorString = (delegate* unmanaged<int, byte*>)library.Function("nvrtcGetErrorString");
        Version = (delegate* unmanaged<int*, int*, int>)library.Function("nvrtcVersion");
        GetNumSupportedArchs = (delegate* unmanaged<int*, int>)library.Function("nvrtcGetNumSupportedArchs");
        GetSupportedArchs = (delegate* unmanaged<int*, int>)library.Function("nvrtcGetSupportedArchs");
        CreateProgram = (delegate* unmanaged<nint*, byte*, byte*, int, byte**, byte**, int>)library.Function("nvrtcCreateProgram");
        DestroyProgram = (delegate* unmanaged<nint*, int>)library.Function("nvrtcDestroyProgram");
        CompileProgram = (delegate* unmanaged<nint, int, byte**, int>)library.Function("nvrtcCompileProgram");
        GetProgramLogSize = (delegate* unmanaged<nint, nuint*, int>)library.Function("nvrtcGetProgramLogSize");
        GetProgramLog = (delegate* unmanaged<nint, byte*, int>)library.Function("nvrtcGetProgramLog");
        GetCubinSize = (delegate* unmanaged<nint, nuint*, int>)library.Function("nvrtcGetCUBINSize");
        GetCubin = (delegate* unmanaged<nint, byte*, int>)library.Function("nvrtcGetCUBIN");
        GetPtxSize = (delegate* unmanaged<nint, nuint*, int>)library.Function("nvrtcGetPTXSize");
        GetPtx = (delegate* unmanaged<nint, byte*, int>)library.Function("nvrtcGetPTX");
        library.RequireAll();
        FileBytes = library.FileBytes;
    }

    /// <summary>Length of the library's file: tells builds of one version apart.</summary>
    public long FileBytes { get; }

    /// <exception cref="CudaFaultException">The status is none of success.</exception>
    public void Check(int status, string doing)
    {
        if (status != 0)
            throw new CudaFaultException(CudaLibrary.Nvrtc, status, NativeText.Read(GetErrorString(status)), doing);
    }
}
