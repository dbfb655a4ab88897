namespace AnyEcg.Model;

/// <summary>There is no CUDA engine to be had here: the message says what is missing and what to do. Thrown while one is made, never later.</summary>
public sealed class CudaUnavailableException : Exception
{
    public CudaUnavailableException(string message)
        : base(message)
    {
    }

    public CudaUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public CudaUnavailableException()
    {
    }

    /// <summary>There is no NVIDIA driver: nobody expects a card here.</summary>
    public bool IsDriverMissing { get; init; }

    /// <summary>A card that could be used fails, or computes something else: somebody should look at it.</summary>
    public bool IsDefect { get; init; }
}
