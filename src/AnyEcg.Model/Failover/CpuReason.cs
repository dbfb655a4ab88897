using AnyEcg.Engine;

namespace AnyEcg.Model;

/// <summary>Why the CPU engine was taken where a device might have been.</summary>
/// <param name="Choice">What there is to know of it; empty where there was no choice.</param>
/// <param name="Remark">What is amiss; empty where nothing is.</param>
/// <param name="Fault">The device that was found defective; null where there was none to be had.</param>
internal sealed record CpuReason(string Choice = "", string Remark = "", RunnerFault? Fault = null)
{
    public static CpuReason Asked { get; } = new();
}
