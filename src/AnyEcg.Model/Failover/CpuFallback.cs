using System.Globalization;
using AnyEcg.Engine;
using AnyEcg.Signal;

namespace AnyEcg.Model;

/// <summary>
/// The CPU engine in the place of a device, when that fails or is not there any more at the next start: for as many streams as it held, as far as there
/// is memory for their rings. Memory of rings that nobody uses is only addresses, but a system may refuse even those.
/// </summary>
internal static class CpuFallback
{
    /// <summary>It must answer while thousands wait: no larger plans than these.</summary>
    private const int MostRows = 4096;

    /// <summary>Share of the free memory that the rings may fill.</summary>
    private const double RingShare = 0.8;

    /// <summary>For as many streams as the device of these options was to hold.</summary>
    /// <exception cref="OutOfMemoryException">There is no memory for the rings of a single stream.</exception>
    public static IModelRunner OfDevice(LoadedModel model, ModelOptions options, long freeBytes, CpuReason why) => Fitting(
        model,
        options.Cpu with
        {
            MaxSlots = Math.Max(options.Cpu.MaxSlots, options.Cuda.MaxSlots),
            MaxLeadSlots = Math.Max(options.Cpu.MaxLeadSlots, options.Cuda.MaxLeadSlots),
            MaxRows = Math.Min(options.Cpu.MaxRows, MostRows),
            MaxTokens = Math.Min(options.Cpu.MaxTokens, 2 * MostRows),
        },
        options.Cpu.MaxLeadSlots,
        freeBytes,
        why);

    /// <summary>For as many streams as the CPU is asked to hold.</summary>
    /// <exception cref="OutOfMemoryException">There is no memory for the rings of a single stream.</exception>
    public static IModelRunner OfCpu(LoadedModel model, ModelOptions options, long freeBytes, CpuReason why) =>
        Fitting(model, options.Cpu, options.Cpu.MaxLeadSlots, freeBytes, why);

    /// <summary>Half as many leads, and half again, for as long as memory is refused.</summary>
    /// <exception cref="OutOfMemoryException">Even the leads of one stream are refused.</exception>
    internal static IModelRunner Largest(CpuModelOptions sizes, Func<CpuModelOptions, IModelRunner> make)
    {
        while (true)
        {
            try
            {
                return make(sizes);
            }
            catch (OutOfMemoryException) when (sizes.MaxLeadSlots > LeadSet.MaxLeads)
            {
                sizes = Of(sizes, Math.Max(LeadSet.MaxLeads, sizes.MaxLeadSlots / 2));
            }
        }
    }

    /// <summary>A warning is due where it holds fewer than <paramref name="asked"/>.</summary>
    private static IModelRunner Fitting(LoadedModel model, CpuModelOptions wanted, int asked, long freeBytes, CpuReason why)
    {
        int fitting = (int)Math.Clamp(freeBytes * RingShare / KvRings.BytesPerLeadOf(model.Weights.Config), 1, int.MaxValue);
        return Largest(Of(wanted, Math.Min(fitting, wanted.MaxLeadSlots)), sizes =>
        {
            string fewer = sizes.MaxLeadSlots >= asked
                ? ""
                : string.Create(CultureInfo.InvariantCulture, $"This machine has memory for {sizes.MaxLeadSlots} leads, not for {asked}.");
            return model.OnCpu(sizes, why with { Remark = $"{why.Remark} {fewer}".Trim() });
        });
    }

    /// <summary>A stream has a lead at least, so that more slots than leads are of no use.</summary>
    private static CpuModelOptions Of(CpuModelOptions sizes, int leads) => sizes with { MaxLeadSlots = leads, MaxSlots = Math.Min(sizes.MaxSlots, leads) };
}
