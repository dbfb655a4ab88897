namespace AnyEcg.Model;

/// <summary>What the network is to run on.</summary>
public enum ModelDevice
{
    /// <summary>A CUDA device where there is one that can be used, else the CPU.</summary>
    Auto,

    Cpu,

    /// <summary>A CUDA device, or nothing.</summary>
    Cuda,
}

/// <summary>Which engine runs the network, and how much each may take at once.</summary>
public sealed record ModelOptions
{
    public ModelDevice Device { get; init; } = ModelDevice.Cpu;

    public CpuModelOptions Cpu { get; init; } = new();

    public CudaModelOptions Cuda { get; init; } = new();

    /// <summary>
    /// Whether the CPU takes over when a CUDA device fails at run time, until the process ends. Without it the failure is the caller's: a measurement
    /// that began on a card must not end elsewhere.
    /// </summary>
    public bool Failover { get; init; }
}
