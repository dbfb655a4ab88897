using AnyEcg.Engine;

namespace AnyEcg.Model.Tests;

/// <summary>The CUDA engine itself under the runner that replaces it: cards that cannot be used, and a card that is lost in any call.</summary>
public sealed class EmulatedLossTests
{
    private const int Lost = 700, At = 12;

    private static readonly TestStream[] Some = [.. Enumerable.Range(0, 3).Select(i => Streams.Random(60 + i, 3, 24))];

    [CudaEmulatorFact]
    public void CreateRandom_AutoWithACard_RunsThere()
    {
        using CudaEmulator card = CudaEmulator.Open();
        using IModelRunner runner = Auto(card);
        Assert.Equal("cuda", runner.Info.Engine);
        Assert.Contains("compute capability 9.0", runner.Info.Choice, StringComparison.Ordinal);
    }

    [CudaEmulatorFact]
    public void CreateRandom_AutoWithACardThatCannotBeUsed_RunsOnTheCpuAndSaysWhy()
    {
        foreach ((Action<CudaEmulator> worsen, string word) in new (Action<CudaEmulator>, string)[]
        {
            (card => card.SetCapability(7, 5), "7.5"),
            (card => card.SetDevices(0), "no"),
            (card => card.SetMemory(4096), "memory"),
        })
        {
            using CudaEmulator card = CudaEmulator.Open();
            worsen(card);
            using IModelRunner runner = Auto(card);
            Assert.Equal("cpu", runner.Info.Engine);
            Assert.StartsWith("The network runs on the CPU. No CUDA device is used: ", runner.Info.Choice, StringComparison.Ordinal);
            Assert.Contains(word, runner.Info.Choice, StringComparison.OrdinalIgnoreCase);
            Assert.Equal(("", null), (runner.Info.Remark, runner.Fault));
            Assert.Throws<CudaUnavailableException>(() => ModelLoader.CreateRandom(TestNetwork.Config, 1, Options(card) with { Device = ModelDevice.Cuda }));
        }
    }

    /// <summary>What fails while the engine is made, in its first pass or in the seconds that are computed to see whether it computes what it must.</summary>
    [CudaEmulatorTheory]
    [InlineData("cuInit", 999, 0)]
    [InlineData("cuDevicePrimaryCtxRetain", 46, 0)]
    [InlineData("cuStreamCreate", 719, 0)]
    [InlineData("cuModuleLoadData", 200, -1)]
    [InlineData("cuLaunchKernel", 719, 0)]
    [InlineData("cuGraphLaunch", 719, 3)]
    public void CreateRandom_AutoWithADefectiveCard_RunsOnTheCpuWithRoomForItsStreamsAndTellsTheFault(string function, int code, int after)
    {
        using CudaEmulator card = CudaEmulator.Open();
        card.Fail(function, code, after);
        ModelOptions options = Options(card) with { Cpu = new CpuModelOptions { Threads = 1, MaxSlots = 1, MaxLeadSlots = 1, MaxRows = 8, MaxTokens = 24 } };
        using IModelRunner runner = ModelLoader.CreateRandom(TestNetwork.Config, 1, options);
        Assert.Equal(("cpu", ""), (runner.Info.Engine, runner.Info.Choice));
        Assert.StartsWith("The network runs on the CPU. No CUDA device is used: ", runner.Info.Remark, StringComparison.Ordinal);
        Assert.Equal(("cuda", 0L, 0L), (runner.Fault!.Engine, runner.Fault.RingsLost, runner.Fault.Unheard));
        Assert.Equal(8, CpuFallbackTests.Opened(runner));
    }

    [CudaEmulatorTheory]
    [InlineData("cuInit", 100)]
    [InlineData("cuInit", 34)]
    [InlineData("cuStreamCreate", 2)]
    [InlineData("cuModuleLoadData", 222)]
    public void CreateRandom_AutoWithoutAUsableCard_IsNoFault(string function, int code)
    {
        using CudaEmulator card = CudaEmulator.Open();
        card.Fail(function, code, after: -1);
        using IModelRunner runner = Auto(card);
        Assert.Equal(("cpu", "", null), (runner.Info.Engine, runner.Info.Remark, runner.Fault));
    }

    [CudaEmulatorTheory]
    [InlineData(nameof(IModelRunner.Step))]
    [InlineData(nameof(IModelRunner.Snapshot))]
    [InlineData(nameof(IModelRunner.Restore))]
    [InlineData(nameof(IModelRunner.Reset))]
    public void AnyCall_CardLost_TheCpuGoesOnWithFreshRings(string call)
    {
        using CudaEmulator card = CudaEmulator.Open();
        using IModelRunner runner = Auto(card);
        StreamRun run = new StreamRun(runner, Some).Alone(At);
        Assert.True(runner.TryOpen(1, out KvSlot other));
        byte[] saved = Take(runner, other);
        Assert.Equal("cuda", runner.Info.Engine);

        card.Lose(Lost);
        switch (call)
        {
            case nameof(IModelRunner.Snapshot): Assert.NotEmpty(Take(runner, other)); break;
            case nameof(IModelRunner.Restore): runner.Restore(other, saved); break;
            case nameof(IModelRunner.Reset): runner.Reset(other); break;
        }

        run.Alone();
        Assert.Equal(("cpu", Some.Length + 1L), (runner.Info.Engine, runner.Fault!.RingsLost));
        using IModelRunner fresh = TestNetwork.Create(8, 24, 8, 24);
        StreamRun expected = new(fresh, Some);
        expected.SkipTo(At);
        expected.Alone();
        for (int stream = 0; stream < Some.Length; stream++)
            Assert.Equal(expected.Results[stream][At..], run.Results[stream][At..]);
    }

    [CudaEmulatorFact]
    public void Restore_StateOfTheCard_GoesOnOnTheCpu()
    {
        using CudaEmulator card = CudaEmulator.Open();
        using IModelRunner runner = Auto(card);
        StreamRun run = new StreamRun(runner, Some[0]).Alone(At);
        byte[] saved = Take(runner, run.Slot(0));
        card.Lose(Lost);
        runner.Restore(run.Slot(0), saved);
        run.Alone();
        using IModelRunner cpu = TestNetwork.Create(8, 24, 8, 24);
        float[][] whole = new StreamRun(cpu, Some[0]).Alone().Results[0];
        float worst = whole.Zip(run.Results[0]).Skip(At).Where(pair => pair.First is not null)
            .Max(pair => pair.First.Zip(pair.Second).Take(10).Max(values => Math.Abs(values.First - values.Second)));
        Assert.InRange(worst, 0, 0.02f);
    }

    private static IModelRunner Auto(CudaEmulator card) => ModelLoader.CreateRandom(TestNetwork.Config, 1, Options(card));

    private static ModelOptions Options(CudaEmulator card) => new()
    {
        Device = ModelDevice.Auto,
        Failover = true,
        Cpu = new CpuModelOptions { Threads = 1, MaxSlots = 8, MaxLeadSlots = 24, MaxRows = 8, MaxTokens = 24 },
        Cuda = new CudaModelOptions
        {
            Libraries = [card.Folder],
            KernelCache = card.Folder,
            MaxSlots = 8,
            MaxLeadSlots = 24,
            MaxRows = 8,
            MaxTokens = 24,
            MaxPassTokens = 16,
        },
    };

    private static byte[] Take(IModelRunner runner, KvSlot slot)
    {
        byte[] bytes = new byte[runner.SnapshotSize(slot)];
        runner.Snapshot(slot, bytes);
        return bytes;
    }
}
