using AnyEcg.Engine;

namespace AnyEcg.Model;

/// <summary>Takes the engine that is asked for, or the best that can be had, and says which and why.</summary>
internal static class DeviceChoice
{
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
            IModelRunner device = Checked(model, Opened(model, options.Cuda, onCuda));
            return options.Failover ? new FailoverRunner(device, () => CpuFallback.OfDevice(model, options, HostMemory.Free(), CpuReason.Asked)) : device;
        }
        catch (CudaUnavailableException e) when (options.Device == ModelDevice.Auto)
        {
            return Instead(model, options, e);
        }
    }

    /// <summary>
    /// The CPU in the place of a device. Where there is a driver there may have been a device before a restart, and streams that are to find room again: it
    /// holds as many of them as it would hold if the device had failed just now.
    /// </summary>
    private static IModelRunner Instead(LoadedModel model, ModelOptions options, CudaUnavailableException e)
    {
        string why = $"The network runs on the CPU. No CUDA device is used: {e.Message}";
        CpuReason reason = e.IsDefect ? new CpuReason(Remark: why, Fault: new RunnerFault("cuda", Short(e.Message), 0, 0)) : new CpuReason(Choice: why);
        return !options.Failover ? model.OnCpu(options.Cpu, reason)
            : e.IsDriverMissing ? CpuFallback.OfCpu(model, options, HostMemory.Free(), reason)
            : CpuFallback.OfDevice(model, options, HostMemory.Free(), reason);
    }

    /// <summary>An alert has no room for what a compiler has to say.</summary>
    private static string Short(string message)
    {
        const int Most = 200;
        string line = message.Split('\n')[0].Trim();
        return line.Length <= Most ? line : $"{line[..Most]}...";
    }

    private static IModelRunner Opened(LoadedModel model, CudaModelOptions options, Func<LoadedModel, CudaModelOptions, IModelRunner> onCuda)
    {
        try
        {
            return onCuda(model, options);
        }
        catch (Exception e) when (IsBroken(e))
        {
            throw new CudaUnavailableException(e.Message, e) { IsDefect = true };
        }
    }

    /// <summary>What libraries, folders and devices throw that are broken or forbidden.</summary>
    private static bool IsBroken(Exception e) => e is CudaFaultException or IOException
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
        return DeviceCheck.Of(device, reference, model.Weights.Config);
    }

    private static IModelRunner OnCuda(LoadedModel model, CudaModelOptions options) =>
        CudaModelRunner.Create(model.Weights, model.Id, model.Heads, model.ArrhythmiaLabels, model.BeatJudge, options);
}
