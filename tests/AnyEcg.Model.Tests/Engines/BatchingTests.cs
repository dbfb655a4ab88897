using AnyEcg.Engine;
using FsCheck;
using FsCheck.Fluent;

namespace AnyEcg.Model.Tests;

/// <summary>Invariant 3: a row's scores have the same bits whatever stands beside it in the plan.</summary>
public sealed class BatchingTests
{
    private const int StreamCount = 5, MaxLeads = 3;

    [Theory, OnCpu, OnEmulatedCard, OnCard]
    public void Step_AnyPlansOfStreamsWithDropouts_BitIdenticalToOneSecondAtATime(TestEngine engine)
    {
        Prop.ForAll(Gen.Choose(0, 100_000).ToArbitrary(), seed =>
        {
            TestStream[] streams = [.. Enumerable.Range(0, StreamCount).Select(i => Streams.Random(seed + i, MaxLeads, 40))];
            using IModelRunner alone = TestNetwork.Create(engine, StreamCount, StreamCount * MaxLeads, 1, MaxLeads);
            using IModelRunner batched = TestNetwork.Create(engine, StreamCount, StreamCount * MaxLeads, 60, 180, threads: 1 + seed % 3, passTokens: 16 << seed % 3, order: (ulong)seed);
            float[][][] expected = new StreamRun(alone, streams).Alone().Results;
            float[][][] actual = new StreamRun(batched, streams).Batched(new Random(seed), mostSeconds: 1 + seed % 7).Results;
            AssertSameBits(expected, actual);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(engine.Cases(25)).WithReplay(3, 5));
    }

    [Theory, OnCpu, OnEmulatedCard, OnCard]
    public void Step_ConsecutiveSecondsOfOneStream_BitIdenticalToSingleSteps(TestEngine engine) =>
        AssertBehindEqualsAlone(engine, TestNetwork.Config, [1, 2, 13, 64]);

    [Theory, OnCpu, OnEmulatedCard, OnCard]
    public void Step_ConsecutiveSecondsWithFourHeads_BitIdenticalToSingleSteps(TestEngine engine) => AssertBehindEqualsAlone(engine, TestNetwork.FourHeads, [13]);

    [MatrixUnitsFact]
    public void Step_OnMatrixUnits_BitIdenticalToSingleSteps()
    {
        AssertBehindEqualsAlone(TestEngine.Cpu, TestNetwork.FourHeads, [13], units: true);
        AssertBehindEqualsAlone(TestEngine.Cpu, TestNetwork.Config, [5], units: true);
    }

    private static void AssertBehindEqualsAlone(TestEngine engine, NetworkConfig config, int[] sizes, bool units = false)
    {
        TestStream stream = Streams.Random(21, MaxLeads, 150);
        IModelRunner Make(int rows, int threads, ulong order) => units
            ? TestNetwork.Create(1, MaxLeads, rows, rows * MaxLeads, threads, config: config, units: true)
            : TestNetwork.Create(engine, 1, MaxLeads, rows, rows * MaxLeads, threads, config: config, order: order);
        using IModelRunner alone = Make(1, 1, 1);
        float[][][] expected = new StreamRun(alone, stream).Alone().Results;
        foreach (int seconds in sizes)
        {
            using IModelRunner behind = Make(seconds, 2, (ulong)seconds);
            float[][][] actual = new StreamRun(behind, stream).Batched(new Random(1), seconds).Results;
            AssertSameBits(expected, actual);
        }
    }

    [Theory, OnCpu, OnEmulatedCard, OnCard]
    public void Step_EveryBatchSizeAndThreadCount_BitIdentical(TestEngine engine)
    {
        TestStream[] streams = [.. Enumerable.Range(0, 20).Select(i => TestStream.Complete(1, 3, startSecond: i))];
        using IModelRunner alone = TestNetwork.Create(engine, 20, 20, 1, 1);
        float[][][] expected = new StreamRun(alone, streams).Alone().Results;
        for (int size = 1; size <= 20; size++)
        {
            using IModelRunner batched = TestNetwork.Create(engine, 20, 20, 20, 20, threads: 1 + size % 4, passTokens: 16 << size % 2);
            float[][][] actual = new StreamRun(batched, streams[..size]).Batched(new Random(size), 3).Results;
            AssertSameBits(expected[..size], actual);
        }
    }

    [Theory, OnCpu, OnEmulatedCard, OnCard]
    public void Step_ReadOnlyQueries_ChangeNoOtherScore(TestEngine engine)
    {
        TestStream stream = Streams.Random(6, MaxLeads, 80);
        Assert.True(stream.Leads.Count > 1);
        using IModelRunner runner = TestNetwork.Create(engine, 2, 2 * MaxLeads, 1, MaxLeads);
        float[][][] expected = new StreamRun(runner, stream).Alone().Results;
        float[][][] actual = new StreamRun(runner, stream).Alone(reconstruct: uint.MaxValue).Results;
        AssertSameBits(expected, actual);
    }

    private static void AssertSameBits(float[][][] expected, float[][][] actual)
    {
        for (int stream = 0; stream < expected.Length; stream++)
        {
            for (int second = 0; second < expected[stream].Length; second++)
            {
                int[]? a = expected[stream][second]?.Select(BitConverter.SingleToInt32Bits).ToArray();
                int[]? b = actual[stream][second]?.Select(BitConverter.SingleToInt32Bits).ToArray();
                Assert.Equal(a, b);
            }
        }
    }
}
