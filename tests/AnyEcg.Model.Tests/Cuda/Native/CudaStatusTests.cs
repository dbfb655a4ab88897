using System.Runtime.CompilerServices;

namespace AnyEcg.Model.Tests;

public sealed class CudaStatusTests
{
    [Theory]
    [InlineData(2, true, false)] // out of memory
    [InlineData(1, false, false)] // invalid value
    [InlineData(600, false, false)] // not ready
    [InlineData(701, false, false)] // launch out of resources
    [InlineData(801, false, false)] // not supported
    [InlineData(214, false, true)] // uncorrectable ECC error
    [InlineData(700, false, true)] // illegal address
    [InlineData(716, false, true)] // misaligned address
    [InlineData(719, false, true)] // launch failed
    [InlineData(999, false, true)] // unknown
    public void Fault_OfTheDriver_IsClassified(int code, bool outOfMemory, bool lost)
    {
        var fault = new CudaFaultException(CudaLibrary.Driver, code, "CUDA_ERROR_SOMETHING, a text", "copying to the device");

        Assert.Equal((outOfMemory, lost, code), (fault.IsOutOfMemory, fault.IsDeviceLost, fault.Code));
        Assert.Equal($"CUDA failed while copying to the device: CUDA_ERROR_SOMETHING, a text (Driver status {code}).", fault.Message);
    }

    [Theory]
    [InlineData(3, true, false)] // allocation failed
    [InlineData(13, false, true)] // execution failed
    [InlineData(15, false, false)] // not supported
    [InlineData(2, false, false)]
    public void Fault_OfCublasLt_IsClassified(int code, bool outOfMemory, bool lost)
    {
        var fault = new CudaFaultException(CudaLibrary.CublasLt, code, "a status", "computing");

        Assert.Equal((outOfMemory, lost), (fault.IsOutOfMemory, fault.IsDeviceLost));
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(6, false)]
    [InlineData(700, false)]
    public void Fault_OfTheCompiler_NeverMeansALostDevice(int code, bool outOfMemory)
    {
        var fault = new CudaFaultException(CudaLibrary.Nvrtc, code, "a status", "compiling");

        Assert.Equal((outOfMemory, false), (fault.IsOutOfMemory, fault.IsDeviceLost));
    }

    /// <summary>Sizes that cublasLt.h has; the library writes into them.</summary>
    [Fact]
    public void Structures_OfCublasLt_HaveTheirSizes() =>
        Assert.Equal((64, 96), (Unsafe.SizeOf<MatmulAlgorithm>(), Unsafe.SizeOf<MatmulHeuristic>()));
}
