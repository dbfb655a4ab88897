using AnyEcg.Engine;

namespace AnyEcg.Model.Tests;

/// <summary>A card that computes something else than the CPU is found out before it judges anybody.</summary>
public sealed class DeviceCheckTests
{
    private static readonly LoadedModel Network = new(ModelWeights.Random(TestNetwork.Config, 1), "random-1", ModelHeads.All, []);

    private static readonly CpuModelOptions Sizes = new() { Threads = 1, MaxSlots = 4, MaxLeadSlots = 12, MaxRows = 12, MaxTokens = 36 };

    [Fact]
    public void Of_SameEngine_FindsNothing()
    {
        using IModelRunner device = Network.OnCpu(Sizes), reference = Network.OnCpu(Sizes);
        Assert.Equal(new DeviceFinding(null, ""), Check(device, reference));
        for (int i = 0; i < Sizes.MaxSlots; i++)
            Assert.True(device.TryOpen(3, out _));
    }

    [Fact]
    public void Of_OtherWeights_SaysByHowMuch()
    {
        LoadedModel other = Network with { Weights = ModelWeights.Random(TestNetwork.Config, 2) };
        using IModelRunner device = other.OnCpu(Sizes), reference = Network.OnCpu(Sizes);
        Assert.StartsWith("a result differs from the CPU's by 0.", Check(device, reference).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_NotFinite_SaysSo()
    {
        using TwistedRunner device = new(Network.OnCpu(Sizes), (plan, scores) => scores.Anomaly[plan.RowCount - 1] = float.NaN);
        using IModelRunner reference = Network.OnCpu(Sizes);
        Assert.Contains("finite", Check(device, reference).Fault!, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_TogetherOtherBitsThanAlone_IsARemark()
    {
        using TwistedRunner device = new(Network.OnCpu(Sizes), (plan, scores) => scores.Anomaly[plan.RowCount - 1] += plan.RowCount > 1 ? 1e-6f : 0);
        using IModelRunner reference = Network.OnCpu(Sizes);
        DeviceFinding found = Check(device, reference);
        Assert.Null(found.Fault);
        Assert.Contains("one by one", found.Remark, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_TogetherFarFromAlone_IsAFault()
    {
        using TwistedRunner device = new(Network.OnCpu(Sizes), (plan, scores) => scores.Anomaly[plan.RowCount - 1] += plan.RowCount > 1 ? 0.2f : 0);
        using IModelRunner reference = Network.OnCpu(Sizes);
        Assert.StartsWith("a result differs", Check(device, reference).Fault, StringComparison.Ordinal);
    }

    /// <summary>What is changed in the last second only is past the window.</summary>
    [Fact]
    public void Of_AnyHeadFarOff_IsAFault()
    {
        foreach (Action<StepScores> twist in (Action<StepScores>[])
        [
            scores => scores.Rhythm[0] += 0.2f,
            scores => scores.Anomaly[0] += 0.2f,
            scores => scores.Beats[40] += 0.2f,
            scores => scores.BeatOffset[40] += 0.2f,
            scores => scores.RecordAnomaly[0] += 0.2f,
            scores => scores.Strip[1] += 0.2f,
            scores => scores.Arrhythmia[2] += 0.2f,
        ])
        {
            using TwistedRunner device = new(Network.OnCpu(Sizes), (plan, scores) =>
            {
                if (plan.RowSecond[0] == TestNetwork.Config.Window + 9)
                    twist(scores);
            });
            using IModelRunner reference = Network.OnCpu(Sizes);
            Assert.Equal("a result differs from the CPU's by 0.20", Check(device, reference).Fault);
        }
    }

    [Theory]
    [InlineData(2, 8, 16)]
    [InlineData(1, 8, 16)]
    [InlineData(3, 1, 2)]
    public void Of_RoomForFewerLeadsOrTokens_ChecksThose(int leadSlots, int rows, int tokens)
    {
        CpuModelOptions sizes = Sizes with { MaxLeadSlots = leadSlots, MaxRows = rows, MaxTokens = tokens };
        using IModelRunner well = Network.OnCpu(sizes), reference = Network.OnCpu(Sizes), other = Network.OnCpu(Sizes);
        using TwistedRunner device = new(Network.OnCpu(sizes), (plan, scores) => scores.Anomaly[0] += 0.2f);
        Assert.Equal(new DeviceFinding(null, ""), Check(well, reference));
        Assert.StartsWith("a result differs", Check(device, other).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Make_CardComputesSomethingElse_AutoTakesTheCpuAndCudaRefuses()
    {
        ModelOptions options = new() { Device = ModelDevice.Auto, Cpu = Sizes, Failover = true };
        TwistedRunner device = Twisted();
        using IModelRunner runner = DeviceChoice.Make(Network, options, (_, _) => device);
        Assert.Equal("cpu", runner.Info.Engine);
        Assert.Contains("differs from the CPU", runner.Info.Remark, StringComparison.Ordinal);
        Assert.True(device.IsDisposed);
        Assert.Throws<CudaUnavailableException>(() => DeviceChoice.Make(Network, options with { Device = ModelDevice.Cuda }, (_, _) => Twisted()));
    }

    [Fact]
    public void Make_CardFailsAtItsFirstStep_IsNoneThatCanBeUsed()
    {
        ModelOptions options = new() { Device = ModelDevice.Auto, Cpu = Sizes, Failover = true };
        FaultyRunner device = new(Network.OnCpu(Sizes)) { Fails = nameof(IModelRunner.Step) };
        using IModelRunner runner = DeviceChoice.Make(Network, options, (_, _) => device);
        Assert.Equal(("cpu", true), (runner.Info.Engine, device.IsDisposed));
        Assert.Equal(new RunnerFault("cuda", $"the card fails at its first steps. {FaultyRunner.Message}", 0, 0), runner.Fault);
        Assert.Contains(FaultyRunner.Message, runner.Info.Remark, StringComparison.Ordinal);
    }

    private static DeviceFinding Check(IModelRunner device, IModelRunner reference) => DeviceCheck.Of(device, reference, TestNetwork.Config);

    private static TwistedRunner Twisted() => new(Network.OnCpu(Sizes), (plan, scores) => scores.Anomaly[plan.RowCount - 1] += 0.2f);

    /// <summary>An engine whose results somebody has changed.</summary>
    private sealed class TwistedRunner(IModelRunner inner, Action<StepPlan, StepScores> twist) : IModelRunner
    {
        public bool IsDisposed { get; private set; }

        public ModelRunnerInfo Info => inner.Info;

        public bool TryOpen(int leadCount, out KvSlot slot) => inner.TryOpen(leadCount, out slot);

        public void Reset(KvSlot slot) => inner.Reset(slot);

        public void Close(KvSlot slot) => inner.Close(slot);

        public void Step(StepPlan plan, StepScores scores)
        {
            inner.Step(plan, scores);
            twist(plan, scores);
        }

        public int SnapshotSize(KvSlot slot) => inner.SnapshotSize(slot);

        public void Snapshot(KvSlot slot, Span<byte> destination) => inner.Snapshot(slot, destination);

        public void Restore(KvSlot slot, ReadOnlySpan<byte> snapshot) => inner.Restore(slot, snapshot);

        public void Dispose()
        {
            IsDisposed = true;
            inner.Dispose();
        }
    }
}
