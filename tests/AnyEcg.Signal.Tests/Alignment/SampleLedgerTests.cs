using System.Buffers;

namespace AnyEcg.Signal.Tests;

public sealed class SampleLedgerTests
{
    [Fact]
    public void Missing_AnyHistory_IsWhatASetOfSamplesSays()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            Random random = new(seed);
            SampleLedger ledger = new();
            HashSet<long>[] taken = [[], [], []];
            for (int step = 0; step < 60; step++)
            {
                uint epoch = (uint)random.Next(3);
                (long first, int count) = (random.Next(400), random.Next(1, 40));
                ledger.Take(epoch, first, count);
                taken[epoch].UnionWith(Range(first, count));
                if (step == 30)
                {
                    ledger = Copy(ledger);
                }

                uint asked = (uint)random.Next(3);
                (first, count) = (random.Next(500), random.Next(1, 60));
                long[] missing = [.. Range(first, count).Where(s => !taken[asked].Contains(s))];
                SampleRange? found = ledger.Missing(asked, first, count);
                Assert.Equal(missing.Length == 0 ? null : new SampleRange(asked, missing[0], missing[^1] - missing[0] + 1), found);
            }

            Assert.Equal(0, ledger.Forgotten);
        }
    }

    [Fact]
    public void Start_InTheMiddle_WhatLiesBeforeIsMissing()
    {
        SampleLedger ledger = new();
        ledger.Start(5, 1000);
        ledger.Take(5, 1000, 500);

        Assert.Equal(new SampleRange(5, 900, 100), ledger.Missing(5, 900, 200));
        Assert.Null(ledger.Missing(5, 1000, 500));
    }

    [Fact]
    public void Start_AgainAfterASleep_TheSleepIsMissing()
    {
        SampleLedger ledger = new();
        ledger.Start(5, 0);
        ledger.Take(5, 0, 100);
        ledger.Start(5, 900);

        Assert.Equal(new SampleRange(5, 100, 800), ledger.Missing(5, 0, 900));
    }

    [Fact]
    public void Take_MoreHolesThanFit_TheShortestAreForgottenAndCounted()
    {
        SampleLedger ledger = new();
        for (int i = 0; i <= SampleLedger.MaxHoles; i++)
        {
            ledger.Take(1, (100L * i) + (i == 7 ? 1 : 50), 50);
        }

        Assert.Equal(1, ledger.Forgotten);
    }

    [Fact]
    public void Missing_EpochOlderThanAllThatFit_IsNotKnown()
    {
        SampleLedger ledger = new();
        for (uint epoch = 100; epoch < 100 + SampleLedger.MaxEpochs + 1; epoch++)
        {
            ledger.Take(epoch, 0, 10);
        }

        Assert.Null(ledger.Missing(100, 0, 10));
        Assert.NotNull(ledger.Missing(200, 0, 10));
    }

    private static IEnumerable<long> Range(long first, int count) => Enumerable.Range(0, count).Select(i => first + i);

    private static SampleLedger Copy(SampleLedger ledger)
    {
        ArrayBufferWriter<byte> bytes = new();
        StateExchange.Save(bytes).Object(ledger);
        SampleLedger copy = new();
        StateExchange restore = StateExchange.Restore(bytes.WrittenMemory);
        restore.Object(copy);
        restore.Finish();
        return copy;
    }
}
