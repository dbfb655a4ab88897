namespace AnyEcg.Model.Tests;

/// <summary>The emulated card runs late and in any order that the program's waits leave open: what they leave out shows.</summary>
public sealed unsafe class EmulatedStreamTests
{
    [CudaEmulatorFact]
    public void CopyIn_PinnedMemoryOverwrittenBeforeItIsDone_CopiesTheLaterNumbers()
    {
        using CardRig rig = new();
        rig.Pinned.Span<int>(0, 1)[0] = 1;
        rig.First.CopyIn(rig.Memory.Address, rig.Pinned.Address, 4);
        rig.Pinned.Span<int>(0, 1)[0] = 2;
        rig.First.Synchronize();
        Assert.Equal(2, rig.Read(1)[0]);
    }

    [CudaEmulatorFact]
    public void CopyIn_PageableMemoryOverwrittenAtOnce_HasCopiedTheEarlierNumbers()
    {
        using CardRig rig = new();
        int number = 1;
        rig.First.CopyIn(rig.Memory.Address, &number, 4);
        number = 2;
        rig.First.Synchronize();
        Assert.Equal(1, rig.Read(1)[0]);
        Assert.Equal(2, number);
    }

    [CudaEmulatorTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void WaitFor_BetweenStreams_AloneMakesTheOrderCertain(bool waits)
    {
        HashSet<int> seen = [];
        using CardRig rig = new();
        for (uint seed = 0; seed < 40; seed++)
        {
            rig.Emulator.SetSeed(seed);
            using CudaEvent written = new(rig.Context, CudaEventUse.Order), read = new(rig.Context, CudaEventUse.HostWait);
            rig.Memory.Zero(0, 4);
            rig.Launch("write_at", rig.First, rig.Memory.Address, value: 5);
            rig.First.Record(written);
            if (waits)
                rig.Second.WaitFor(written);
            rig.Second.CopyOut(rig.Pinned.Address, rig.Memory.Address, 4);
            rig.Second.Record(read);
            read.Synchronize();
            seen.Add(rig.Pinned.Span<int>(0, 1)[0]);
            rig.First.Synchronize();
        }

        Assert.Equal(waits ? [5] : new HashSet<int> { 0, 5 }, seen);
    }

    [CudaEmulatorFact]
    public void CopyOut_NobodyHasWaited_HasNotCopied()
    {
        using CardRig rig = new();
        rig.Pinned.Span<int>(0, 1)[0] = 1;
        rig.Memory.Zero(0, 4);
        rig.First.CopyOut(rig.Pinned.Address, rig.Memory.Address, 4);
        Assert.Equal(1, rig.Pinned.Span<int>(0, 1)[0]);
        rig.First.Synchronize();
        Assert.Equal(0, rig.Pinned.Span<int>(0, 1)[0]);
    }

    [CudaEmulatorFact]
    public void Record_LaunchedTwice_RunsEachTimeWithTheArgumentsOfTheCapture()
    {
        using CardRig rig = new();
        rig.Memory.Zero(0, 400);
        using CudaGraph graph = CudaGraph.Record(rig.First, () =>
        {
            for (int i = 0; i < 3; i++)
                rig.Launch("add_to", rig.First, rig.Memory.Address, at: i, value: i + 1);
        });
        Assert.Equal([0, 0, 0], rig.Read(3));
        graph.Launch(rig.First);
        graph.Launch(rig.First);
        rig.First.Synchronize();
        Assert.Equal([2, 4, 6], rig.Read(3));
    }

    [CudaEmulatorFact]
    public void Launch_ThreadsThatRace_GiveUnlikeResultsInUnlikeOrders()
    {
        int[][] results = [.. new[] { ThreadOrder.Forward, ThreadOrder.Reverse }.Select(order =>
        {
            using CardRig rig = new(threads: order);
            rig.Launch("racing", rig.First, rig.Memory.Address);
            rig.First.Synchronize();
            return rig.Read(128);
        })];
        Assert.NotEqual(results[0], results[1]);
    }
}
