using System.Runtime.InteropServices;

namespace AnyEcg.Model;

/// <summary>
/// What is used of cuBLASLt (cublasLt.h), the same from CUDA 11.8 to 13. Every function answers a cublasStatus_t, 0 for success. Matrices are
/// column by column there, so a row-major product y = x W^T is stated as y^T = W x^T.
/// </summary>
internal sealed unsafe class CublasLt
{
    /// <summary>cublasStatus_t.</summary>
    public const int NotInitialized = 1, AllocationFailed = 3, InvalidValue = 7, ArchitectureMismatch = 8, NotSupported = 15;

    /// <summary>cudaDataType.</summary>
    public const int Float32 = 0, Bfloat16 = 14;

    /// <summary>cublasComputeType_t: sums in float32, and no float32 input is rounded to fewer bits.</summary>
    public const int ComputeFloat32 = 68;

    /// <summary>cublasOperation_t.</summary>
    public const int Transposed = 1;

    /// <summary>cublasLtMatmulDescAttributes_t.</summary>
    public const int TransposeA = 3, Epilogue = 7, BiasPointer = 8, BiasDataType = 26;

    /// <summary>cublasLtEpilogue_t: GELU is the tanh form.</summary>
    public const int EpilogueNone = 1, EpilogueBias = 4, EpilogueGelu = 32, EpilogueGeluBias = 36;

    /// <summary>cublasLtMatmulPreferenceAttributes_t.</summary>
    public const int MaxWorkspaceBytes = 1, ReductionSchemeMask = 3;

    /// <summary>cublasLtMatmulAlgoConfigAttributes_t.</summary>
    public const int AlgorithmId = 0, TileId = 1, SplitK = 2, ReductionScheme = 3;

    public readonly delegate* unmanaged<nuint> GetVersion;
    public readonly delegate* unmanaged<int, byte*> GetStatusName;
    public readonly delegate* unmanaged<int, byte*> GetStatusString;
    public readonly delegate* unmanaged<nint*, int> Create;
    public readonly delegate* unmanaged<nint, int> Destroy;
    public readonly delegate* unmanaged<nint*, int, int, int> DescCreate;
    public readonly delegate* unmanaged<nint, int> DescDestroy;
    public readonly delegate* unmanaged<nint, int, void*, nuint, int> DescSetAttribute;
    public readonly delegate* unmanaged<nint*, int, ulong, ulong, long, int> LayoutCreate;
    public readonly delegate* unmanaged<nint, int> LayoutDestroy;
    public readonly delegate* unmanaged<nint*, int> PreferenceCreate;
    public readonly delegate* unmanaged<nint, int> PreferenceDestroy;
    public readonly delegate* unmanaged<nint, int, void*, nuint, int> PreferenceSetAttribute;
    public readonly delegate* unmanaged<nint, nint, nint, nint, nint, nint, nint, int, MatmulHeuristic*, int*, int> GetHeuristic;
    public readonly delegate* unmanaged<nint, nint, nint, nint, nint, nint, MatmulAlgorithm*, MatmulHeuristic*, int> CheckAlgorithm;
    public readonly delegate* unmanaged<MatmulAlgorithm*, int, void*, nuint, nuint*, int> GetConfig;
    public readonly delegate* unmanaged<MatmulAlgorithm*, int, void*, nuint, int> SetConfig;

    /// <summary>handle, description, alpha, A, layout, B, layout, beta, C, layout, D, layout, algorithm, workspace, its bytes, stream.</summary>
    public readonly delegate* unmanaged<nint, nint, void*, nint, nint, nint, nint, void*, nint, nint, nint, nint, MatmulAlgorithm*, nint, nuint, nint, int> Matmul;

    /// <exception cref="CudaUnavailableException">The library lacks a function.</exception>
    public CublasLt(LoadedLibrary library)
    {
        GetVersion = (delegate* unmanaged<nuint>)library.Function("cublasLtGetVersion");
        GetStatusName = (delegate* unmanaged<int, byte*>)library.Function("cublasLtGetStatusName");
        GetStatusString = (delegate* unmanaged<int, byte*>)library.Function("cublasLtGetStatusString");
        Create = (delegate* unmanaged<nint*, int>)library.Function("cublasLtCreate");
        Destroy = (delegate* unmanaged<nint, int>)library.Function("cublasLtDestroy");
        DescCreate = (delegate* unmanaged<nint*, int, int, int>)library.Function("cublasLtMatmulDescCreate");
        DescDestroy = (delegate* unmanaged<nint, int>)library.Function("cublasLtMatmulDescDestroy");
        DescSetAttribute = (delegate* unmanaged<nint, int, void*, nuint, int>)library.Function("cublasLtMatmulDescSetAttribute");
        LayoutCreate = (delegate* unmanaged<nint*, int, ulong, ulong, long, int>)library.Function("cublasLtMatrixLayoutCreate");
        LayoutDestroy = (delegate* unmanaged<nint, int>)library.Function("cublasLtMatrixLayoutDestroy");
        PreferenceCreate = (delegate* unmanaged<nint*, int>)library.Function("cublasLtMatmulPreferenceCreate");
        PreferenceDestroy = (delegate* unmanaged<nint, int>)library.Function("cublasLtMatmulPreferenceDestroy");
        PreferenceSetAttribute = (delegate* unmanaged<nint, int, void*, nuint, int>)library.Function("cublasLtMatmulPreferenceSetAttribute");
        GetHeuristic = (delegate* unmanaged<nint, nint, nint, nint, nint, nint, nint, int, MatmulHeuristic*, int*, int>)library.Function("cublasLtMatmulAlgoGetHeuristic");
        CheckAlgorithm = (delegate* unmanaged<nint, nint, nint, nint, nint, nint, MatmulAlgorithm*, MatmulHeuristic*, int>)library.Function("cublasLtMatmulAlgoCheck");
        GetConfig = (delegate* unmanaged<MatmulAlgorithm*, int, void*, nuint, nuint*, int>)library.Function("cublasLtMatmulAlgoConfigGetAttribute");
        SetConfig = (delegate* unmanaged<MatmulAlgorithm*, int, void*, nuint, int>)library.Function("cublasLtMatmulAlgoConfigSetAttribute");
        Matmul = (delegate* unmanaged<nint, nint, void*, nint, nint, nint, nint, void*, nint, nint, nint, nint, MatmulAlgorithm*, nint, nuint, nint, int>)library.Function("cublasLtMatmul");
        library.RequireAll();
    }

    public string Describe(int status) => $"{NativeText.Read(GetStatusName(status))}, {NativeText.Read(GetStatusString(status))}";

    /// <exception cref="CudaFaultException">The status is none of success.</exception>
    public void Check(int status, string doing)
    {
        if (status != 0)
            throw new CudaFaultException(CudaLibrary.CublasLt, status, Describe(status), doing);
    }
}

/// <summary>cublasLtMatmulAlgo_t: 64 bytes of the library's own.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MatmulAlgorithm
{
    public fixed ulong Data[8];
}

/// <summary>cublasLtMatmulHeuristicResult_t, 96 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MatmulHeuristic
{
    public MatmulAlgorithm Algorithm;
    public nuint WorkspaceBytes;
    public int State;
    public float Waves;
    public fixed int Reserved[4];
}
