using System.Diagnostics;
using AnyEcg.Engine;

namespace AnyEcg.Model.Tests;

/// <summary>How large the engine is that does what a device was to do.</summary>
public sealed class CpuFallbackTests
{
    private static readonly LoadedModel Network = new(ModelWeights.Random(TestNetwork.Config, 1), "random-1", ModelHeads.All, []);

    private static readonly CpuModelOptions Small = new() { Threads = 1, MaxSlots = 2, MaxLeadSlots = 4, MaxRows = 8, MaxTokens = 16 };

    [Theory]
    [InlineData(long.MaxValue, 40)]
    [InlineData(0, 1)]
    public void OfDevice_HoldsWhatTheCardHeld_AsFarAsThereIsMemory(long free, int leads)
    {
        using IModelRunner runner = CpuFallback.OfDevice(Network, Options(), free, CpuReason.Asked);
        Assert.Equal(leads, Opened(runner));
    }

    [Fact]
    public void OfDevice_SomeMemory_LeavesAFifthOfIt()
    {
        using IModelRunner runner = CpuFallback.OfDevice(Network, Options(), 20 * KvRings.BytesPerLeadOf(TestNetwork.Config), CpuReason.Asked);
        Assert.Equal((16, ""), (Opened(runner), runner.Info.Remark));
    }

    [Fact]
    public void OfDevice_PlansOfTheCard_AreNotTheCpus()
    {
        ModelOptions options = new() { Cpu = Small with { MaxRows = 100_000, MaxTokens = 100_000 }, Cuda = new CudaModelOptions { MaxSlots = 2, MaxLeadSlots = 2 } };
        using IModelRunner runner = CpuFallback.OfDevice(Network, options, long.MaxValue, CpuReason.Asked);
        Assert.Equal((4096, 8192), (runner.Info.MaxRows, runner.Info.MaxTokens));
    }

    [Fact]
    public void OfCpu_MoreLeadsThanThereIsMemoryFor_HoldsFewerAndSaysSo()
    {
        ModelOptions options = Options() with { Cpu = Small with { MaxSlots = int.MaxValue, MaxLeadSlots = int.MaxValue } };
        using IModelRunner runner = CpuFallback.OfCpu(Network, options, 50 * KvRings.BytesPerLeadOf(TestNetwork.Config), new CpuReason("a", "b"));
        Assert.Equal(40, Opened(runner));
        Assert.Equal(("a", "b This machine has memory for 40 leads, not for 2147483647."), (runner.Info.Choice, runner.Info.Remark));
    }

    [Theory]
    [InlineData(100_000, 62_500)]
    [InlineData(20, 16)]
    public void Largest_MemoryRefused_HoldsHalfAndHalfAgain(int room, int leads)
    {
        CpuModelOptions? taken = null;
        using IModelRunner runner = CpuFallback.Largest(Small with { MaxSlots = 900_000, MaxLeadSlots = 1_000_000 }, sizes =>
        {
            if (sizes.MaxLeadSlots > room)
                throw new InsufficientMemoryException();
            taken = sizes;
            return Network.OnCpu(Small);
        });
        Assert.Equal((leads, leads), (taken!.MaxSlots, taken.MaxLeadSlots));
    }

    [Fact]
    public void Largest_NoRoomForOneStream_GivesUp()
    {
        List<int> tried = [];
        Assert.Throws<InsufficientMemoryException>(() => CpuFallback.Largest(Small with { MaxLeadSlots = 40 }, sizes =>
        {
            tried.Add(sizes.MaxLeadSlots);
            throw new InsufficientMemoryException();
        }));
        Assert.Equal([40, 20, 16], tried);
    }

    /// <summary>More than a system gives.</summary>
    [Fact]
    public void OnCpu_NoSystemGivesSoMuch_IsOutOfMemory() =>
        Assert.Throws<OutOfMemoryException>(() => Network.OnCpu(Small with { MaxLeadSlots = int.MaxValue }));

    /// <summary>A network that ends in the middle: what was made before that is given back, its threads too.</summary>
    [Fact]
    public void OnCpu_FailsHalfway_LeavesNoThreads()
    {
        const int Threads = 100, Times = 10;
        ModelWeights whole = ModelWeights.Random(TestNetwork.Config, 1);
        LoadedModel broken = Network with { Weights = new ModelWeights(TestNetwork.Config, name => name == "norm.weight" ? throw new InsufficientMemoryException() : whole[name]) };
        int before = ThreadsNow();
        for (int i = 0; i < Times; i++)
            Assert.Throws<InsufficientMemoryException>(() => broken.OnCpu(Small with { Threads = Threads }));
        Assert.InRange(ThreadsNow() - before, int.MinValue, Threads * Times / 2);
    }

    private static int ThreadsNow()
    {
        using Process process = Process.GetCurrentProcess();
        return process.Threads.Count;
    }

    public static int Opened(IModelRunner runner)
    {
        int opened = 0;
        while (opened < 100 && runner.TryOpen(1, out _))
            opened++;
        return opened;
    }

    private static ModelOptions Options() => new()
    {
        Device = ModelDevice.Auto,
        Failover = true,
        Cpu = Small,
        Cuda = new CudaModelOptions { MaxSlots = 40, MaxLeadSlots = 40 },
    };
}
