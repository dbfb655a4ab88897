using AnyEcg.Engine;

namespace AnyEcg.Model;

/// <summary>Takes the engine that is asked for, or the best that can be had, and says which and why.</summary>
internal static class DeviceChoice
{
    /// <summary>The stand-in of a device must answer while thousands wait: no larger plans than these.</summary>
    private const int FallbackRows = 4096;

    /// <summary>Share of the free memory that the rings of a stand-in may fill.</summary>
    private const double RingShare = 0.8;

    /// <exception cref="CudaUnavailableException">CUDA was demanded and cannot be had.</exception>
    public static IModelRunner Make(LoadedModel model, ModelOptions options) => Make(model, options, OnCuda);

    /// <param name="model">The network.</param>
    /// <param name="options">Which engine.</param>
    /// <param name="onCuda">Makes the runner on a device, or throws what this throws.</param>
    public static IModelRunner Make(LoadedModel model, ModelOptions options, Func<LoadedModel, CudaModelOptions, IModelRunner> onCuda)
    {
        if (options.Device == ModelDevice.Cpu)
            return model.OnCpu(options.Cpu);
        try
        {
            IModelRunner device = Checked(model, onCuda(model, options.Cuda));
            return options.Failover ? new FailoverRunner(device, () => Fallback(model, options, HostMemory.Free())) : device;
        }
        catch (Exception e) when (options.Device == ModelDevice.Auto && IsNoReasonNotToStart(e))
        {
            string why = $"The network runs on the CPU. No CUDA device is used: {e.Message}";
            bool missing = e is CudaUnavailableException { IsDefect: false };
            return model.OnCpu(options.Cpu, missing ? why : "", missing ? "" : why);
        }
    }

    /// <summary>What libraries, folders and devices throw that are broken or forbidden.</summary>
    private static bool IsNoReasonNotToStart(Exception e) => e is CudaUnavailableException or CudaFaultException or IOException
        or UnauthorizedAccessException or DllNotFoundException or EntryPointNotFoundException or BadImageFormatException;

    /// <summary>A device that fails at once, or computes something else, is none; networks too large to be on the CPU as well are taken on trust.</summary>
    private static IModelRunner Checked(LoadedModel model, IModelRunner device)
    {
        DeviceFinding found;
        try
        {
            found = model.FreeBytes is null ? FindingOf(model, device) : default;
        }
        catch (CudaFaultException e)
        {
            FailoverRunner.Release(device);
            throw new CudaUnavailableException($"the card fails at its first steps. {e.Message}", e) { IsDefect = true };
        }

        if (found.Fault is null)
        {
            (device as CudaModelRunner)?.Remember(found.Remark ?? "");
            return device;
        }

        FailoverRunner.Release(device);
        throw new CudaUnavailableException($"{found.Fault}. The card, its driver or its compiler is at fault, or this engine is: please tell us.") { IsDefect = true };
    }

    private static DeviceFinding FindingOf(LoadedModel model, IModelRunner device)
    {
        using IModelRunner reference = model.OnCpu(new CpuModelOptions { Threads = 1, MaxSlots = 1, MaxLeadSlots = 3, MaxRows = 12, MaxTokens = 36 });
        return DeviceCheck.Of(device, reference);
    }

    /// <summary>
    /// The engine that takes over from a device: for as many streams as that one held, as far as there is memory for their rings. Memory of rings that
    /// nobody uses is only addresses.
    /// </summary>
    public static IModelRunner Fallback(LoadedModel model, ModelOptions options, long freeBytes)
    {
        int fitting = (int)Math.Clamp(freeBytes * RingShare / KvRings.BytesPerLeadOf(model.Weights.Config), 1, int.MaxValue);
        return model.OnCpu(options.Cpu with
        {
            MaxSlots = Math.Max(options.Cpu.MaxSlots, options.Cuda.MaxSlots),
            MaxLeadSlots = Math.Min(fitting, Math.Max(options.Cpu.MaxLeadSlots, options.Cuda.MaxLeadSlots)),
            MaxRows = Math.Min(options.Cpu.MaxRows, FallbackRows),
            MaxTokens = Math.Min(options.Cpu.MaxTokens, 2 * FallbackRows),
        });
    }

    private static IModelRunner OnCuda(LoadedModel model, CudaModelOptions options) =>
        CudaModelRunner.Create(model.Weights, model.Id, model.Heads, model.ArrhythmiaLabels, model.BeatJudge, options);
}
