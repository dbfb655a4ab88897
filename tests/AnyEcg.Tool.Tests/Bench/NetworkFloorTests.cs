using AnyEcg.Model;

namespace AnyEcg.Tool.Tests;

public sealed class NetworkFloorTests
{
    private static readonly NetworkCost Cost =
        new(ModelManifest.Read(Path.Combine(AppContext.BaseDirectory, "models", "anyecg-s", "manifest.json")).Config);

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    public void Rates_OfAMachineThatNeedsSoLong_GiveTheLongerAndTheSum(double arithmetic, double memory)
    {
        NetworkFloor floor = new(Cost, Cost.Flops / arithmetic, Cost.StreamBytes / memory);
        Assert.Equal(arithmetic, floor.ArithmeticSeconds, 6);
        Assert.Equal(memory, floor.MemorySeconds, 6);
        Assert.Equal(0.5, floor.Overlapped, 6);
        Assert.Equal(1.0 / 3, floor.OneAfterTheOther, 6);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Probes_OfThisMachine_GiveRates(int threads)
    {
        using MemoryRate memory = new(1 << 20);
        Assert.InRange(FmaPeak.Measure(threads), 1e7, 1e15);
        Assert.InRange(memory.Read(threads), 1e6, 1e15);
        Assert.InRange(memory.Copy(threads), 1e6, 1e15);
    }

    [Fact]
    public void Shortest_OfSeveralThreads_WaitsForAllAndTakesEveryNumber()
    {
        int[] calls = new int[4];
        double seconds = ParallelTiming.Shortest(4, 5, worker => Interlocked.Increment(ref calls[worker]));
        Assert.All(calls, count => Assert.Equal(5, count));
        Assert.InRange(seconds, 0, 30);
    }
}
