using System.Globalization;

namespace AnyEcg.Model;

/// <summary>
/// The device failed while it was at work: lost, out of memory, an illegal address, a launch that was refused. The message names what was being
/// done and the status as the library names it, and nothing that identifies the device.
/// </summary>
public sealed class CudaFaultException : Exception
{
    public CudaFaultException(string message)
        : base(message)
    {
    }

    public CudaFaultException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public CudaFaultException()
    {
    }

    /// <param name="library">Who failed.</param>
    /// <param name="code">Its status, not 0.</param>
    /// <param name="status">The status' name and text.</param>
    /// <param name="doing">What was being done: "copying to the device".</param>
    internal CudaFaultException(CudaLibrary library, int code, string status, string doing)
        : base(string.Create(CultureInfo.InvariantCulture, $"CUDA failed while {doing}: {status} ({library} status {code})."))
    {
        Code = code;
        IsOutOfMemory = CudaStatus.IsOutOfMemory(library, code);
        IsDeviceLost = CudaStatus.IsDeviceLost(library, code);
    }

    /// <summary>CUresult, nvrtcResult or cublasStatus_t; 0 where the exception was not made of one.</summary>
    public int Code { get; }

    /// <summary>Memory of the device, or locked memory of the host, was refused; everything else goes on working.</summary>
    public bool IsOutOfMemory { get; }

    /// <summary>
    /// Nothing that was on the device can be reached any more: the card is gone, or the context is broken by a fault of a kernel or of the
    /// hardware, and every later call fails the same way.
    /// </summary>
    public bool IsDeviceLost { get; }
}
