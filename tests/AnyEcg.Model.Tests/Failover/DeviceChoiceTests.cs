using AnyEcg.Engine;
using AnyEcg.Signal;

namespace AnyEcg.Model.Tests;

/// <summary>Which engine is taken where there is a card, where there is none, and where one is demanded.</summary>
public sealed class DeviceChoiceTests
{
    private static readonly LoadedModel Network = new(ModelWeights.Random(TestNetwork.Config, 1), "random-1", ModelHeads.All, []);

    private static readonly CpuModelOptions Small = new() { Threads = 1, MaxSlots = 2, MaxLeadSlots = 4, MaxRows = 8, MaxTokens = 16 };

    public static TheoryData<string> Reasons => new(
        "libcuda.so.1 is not installed: there is no NVIDIA driver.",
        "the card is of compute capability 7.5; 8.0 is the least.",
        "the card has no memory for the rings of 16 leads.");

    [Theory]
    [MemberData(nameof(Reasons))]
    public void Make_AutoWithoutAUsableCard_TakesTheCpuAndSaysWhy(string reason)
    {
        using IModelRunner runner = Make(ModelDevice.Auto, (_, _) => throw new CudaUnavailableException(reason));
        Assert.Equal("cpu", runner.Info.Engine);
        Assert.Equal($"The network runs on the CPU. No CUDA device is used: {reason}", runner.Info.Choice);
        Assert.Empty(runner.Info.Remark);
    }

    [Fact]
    public void Make_AutoAndALibraryIsBroken_TakesTheCpuAndWarns()
    {
        foreach (Exception fault in (Exception[])[new UnauthorizedAccessException("a"), new BadImageFormatException("b"), new IOException("c"), new CudaFaultException("d")])
        {
            using IModelRunner runner = Make(ModelDevice.Auto, (_, _) => throw fault);
            Assert.Equal(("cpu", ""), (runner.Info.Engine, runner.Info.Choice));
            Assert.EndsWith(fault.Message, runner.Info.Remark, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Reasons))]
    public void Make_CudaDemandedWithoutAUsableCard_ThrowsTheReason(string reason) =>
        Assert.Equal(reason, Assert.Throws<CudaUnavailableException>(() => Make(ModelDevice.Cuda, (_, _) => throw new CudaUnavailableException(reason))).Message);

    [Fact]
    public void Make_Cpu_NeverTouchesCuda()
    {
        bool asked = false;
        using IModelRunner runner = Make(ModelDevice.Cpu, (_, _) =>
        {
            asked = true;
            return Device();
        });
        Assert.Equal(("cpu", false, ""), (runner.Info.Engine, asked, runner.Info.Choice));
    }

    [Theory]
    [InlineData(ModelDevice.Auto)]
    [InlineData(ModelDevice.Cuda)]
    public void Make_WithACard_TakesItWithItsOptions(ModelDevice device)
    {
        CudaModelOptions? seen = null;
        using IModelRunner runner = Make(device, (_, options) =>
        {
            seen = options;
            return Device();
        });
        Assert.Equal("cuda", runner.Info.Engine);
        Assert.Equal(3, seen!.Device);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Step_CardFails_TheCpuTakesOverOnlyWhereAskedTo(bool failover)
    {
        FaultyRunner device = Device();
        IModelRunner runner = Make(ModelDevice.Auto, (_, _) => device, failover);
        Assert.True(runner.TryOpen(1, out KvSlot slot));
        device.Fails = nameof(IModelRunner.Step);
        StepPlan plan = new(1, 1);
        plan.TryAdd(slot, new LeadSet(Lead.II), new PatchSecond(1) { Present = 1 });
        Exception? thrown = Record.Exception(() => runner.Step(plan, new StepScores(1, 1)));
        Assert.Equal(failover, thrown is not CudaFaultException);
        Assert.Equal(failover ? "cpu" : "cuda", runner.Info.Engine);
        Assert.Equal(failover, runner.Fault is not null);
        Assert.Equal(failover, Record.Exception(runner.Dispose) is null);
    }

    [Fact]
    public void Make_CardIsGoneAfterARestart_TheCpuHasRoomForItsStreams()
    {
        CudaUnavailableException gone = new("there is no CUDA device");
        using IModelRunner service = Make(ModelDevice.Auto, (_, _) => throw gone, failover: true);
        using IModelRunner measurement = Make(ModelDevice.Auto, (_, _) => throw gone);
        using IModelRunner neverThere = Make(ModelDevice.Auto, (_, _) => throw new CudaUnavailableException("no driver") { IsDriverMissing = true }, failover: true);
        Assert.Equal((40, 2, 2), (CpuFallbackTests.Opened(service), CpuFallbackTests.Opened(measurement), CpuFallbackTests.Opened(neverThere)));
        Assert.EndsWith(gone.Message, service.Info.Choice, StringComparison.Ordinal);
        Assert.Equal(("", null), (service.Info.Remark, service.Fault));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Make_CardIsDefective_IsTheRunnersFaultInShort(bool failover)
    {
        string longer = $"the kernels do not compile\n{new string('x', 5000)}";
        using IModelRunner runner = Make(ModelDevice.Auto, (_, _) => throw new CudaUnavailableException(longer) { IsDefect = true }, failover);
        Assert.Equal(new RunnerFault("cuda", "the kernels do not compile", 0, 0), runner.Fault);
        Assert.EndsWith(longer, runner.Info.Remark, StringComparison.Ordinal);
        Assert.Empty(runner.Info.Choice);
    }

    [Fact]
    public void Make_CudaDemandedAndALibraryIsBroken_SaysSoInWords()
    {
        foreach (Exception fault in (Exception[])[new UnauthorizedAccessException("a"), new BadImageFormatException("b"), new DllNotFoundException("c"), new EntryPointNotFoundException("d")])
            Assert.Equal(fault.Message, Assert.Throws<CudaUnavailableException>(() => Make(ModelDevice.Cuda, (_, _) => throw fault)).Message);
    }

    [Fact]
    public void Free_OfThisMachine_IsSomethingAndNoMoreThanThereIs() =>
        Assert.InRange(HostMemory.Free(), 1, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);

    private static FaultyRunner Device() => new(Network.OnCpu(Small));

    private static ModelOptions Options(ModelDevice device, bool failover) => new()
    {
        Device = device,
        Failover = failover,
        Cpu = Small,
        Cuda = new CudaModelOptions { Device = 3, MaxSlots = 40, MaxLeadSlots = 40, MaxRows = 8, MaxTokens = 16 },
    };

    private static IModelRunner Make(ModelDevice device, Func<LoadedModel, CudaModelOptions, IModelRunner> onCuda, bool failover = false) =>
        DeviceChoice.Make(Network, Options(device, failover), onCuda);
}
