using System.Runtime.InteropServices;
using AnyEcg.Engine;
using FsCheck;
using FsCheck.Fluent;

namespace AnyEcg.Model.Tests;

/// <summary>What the kernels are told equals what the CPU engine looks up: who sees whom, in which order, wherever a plan is cut.</summary>
public sealed class PassBuilderTests
{
    private const int StreamCount = 4, MaxLeads = 4;

    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    [InlineData(64)]
    [InlineData(100)]
    public void Build_RandomStreamsAndPlans_SameKeysInTheSameOrderAsOnTheCpu(int window)
    {
        Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), seed =>
        {
            Random random = new(seed);
            TestStream[] streams = [.. Enumerable.Range(0, StreamCount).Select(i => Streams.Random(seed + i, MaxLeads, 150, startSecond: random.Next(3)))];
            using PassWorld world = new(streams, window, maxTokens: random.Next(16, 60));
            while (!world.Done)
            {
                world.Step(random, mostSeconds: random.Next(1, 40));
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(40).WithReplay(3, 5));
    }

    [Fact]
    public void Build_InSteadyState_AllocatesNothing()
    {
        TestStream[] streams = [.. Enumerable.Range(0, 20).Select(i => TestStream.Complete(1 + i % 3, 40))];
        using PassWorld world = new(streams, 8, maxTokens: 32);
        world.Live(10);
        long before = GC.GetAllocatedBytesForCurrentThread();
        world.BuildOnly(world.LastPlan);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public unsafe void Records_OnTheHost_AreAsLargeAsOnTheDevice()
    {
        Assert.Equal((16, 48, 32, 8), (sizeof(PassCounts), sizeof(RowMeta), sizeof(TokenMeta), sizeof(CrossKey)));
        Assert.Equal(8, (int)Marshal.OffsetOf<RowMeta>(nameof(RowMeta.Slot)));
        Assert.Equal(16, (int)Marshal.OffsetOf<TokenMeta>(nameof(TokenMeta.Flags)));
    }

    [Fact]
    public void Layout_AnySize_IsAligned()
    {
        foreach (int tokens in (int[])[16, 32, 48, 16384])
        {
            PassLayout layout = new(tokens, 3);
            Assert.All((int[])[layout.Rows, layout.Tokens, layout.Presence, layout.Cross, layout.Order, layout.Bytes], at => Assert.Equal(0, at % PassLayout.Alignment));
        }
    }
}
