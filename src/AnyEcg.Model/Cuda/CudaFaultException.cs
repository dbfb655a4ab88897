namespace AnyEcg.Model;

/// <summary>
/// The device failed while it was at work: lost, an illegal address, a launch that was refused. What it held is gone, and nothing more can be
/// asked of it until the process starts anew. The message names the call and the driver's error, and nothing that identifies the device.
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
}
