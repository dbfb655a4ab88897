using AnyEcg.Engine;
using AnyEcg.Signal;

namespace AnyEcg.Model.Tests;

/// <summary>What a card may refuse, when it is made and while it works; and what is computed and copied.</summary>
public sealed class CudaModelRunnerTests
{
    private const int OutOfMemory = 2, IllegalAddress = 700, LaunchFailed = 719;

    private static readonly ModelWeights Weights = ModelWeights.Random(TestNetwork.Config, 1);

    [CudaEmulatorFact]
    public void Create_NoMemory_SaysSoAndLeavesNothing()
    {
        using CudaEmulator card = CudaEmulator.Open();
        card.SetMemory(20 << 20);
        CudaUnavailableException e = Assert.Throws<CudaUnavailableException>(() => Create(card));
        Assert.Contains("memory", e.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(("", 0), (card.Alive, card.Leaked));
    }

    [CudaEmulatorFact]
    public void Create_EachAllocationRefused_LeavesNothing()
    {
        using CudaEmulator card = CudaEmulator.Open();
        for (int allocation = 0; ; allocation++)
        {
            card.Heal();
            card.Fail("cuMemAlloc_v2", OutOfMemory, after: allocation);
            try
            {
                Create(card).Dispose();
                Assert.True(allocation > 4);
                return;
            }
            catch (CudaUnavailableException e)
            {
                Assert.Contains("memory", e.Message, StringComparison.OrdinalIgnoreCase);
                Assert.Equal(("", 0), (card.Alive, card.Leaked));
            }
        }
    }

    [CudaEmulatorFact]
    public void Create_MemoryForFewerLeads_TakesThoseAndSaysSo()
    {
        using CudaEmulator card = CudaEmulator.Open();
        using (CudaModelRunner all = Create(card))
        {
            card.SetMemory(card.UsedBytes);
        }

        using (CudaModelRunner fewer = Create(card, leads: 1_000_000))
        {
            Assert.Contains("leads, not for 1000000", fewer.Info.Remark, StringComparison.Ordinal);
            int opened = 0;
            while (fewer.TryOpen(16, out _))
            {
                opened++;
            }

            Assert.InRange(opened, 1, 63);
        }

        Assert.Equal(("", 0), (card.Alive, card.Leaked));
    }

    [CudaEmulatorFact]
    public void Create_NetworkBeyondTheKernels_IsRefusedInWords()
    {
        ModelWeights wide = ModelWeights.Random(TestNetwork.Config with { Channels = 80, Groups = 5 }, 1);
        CudaUnavailableException e = Assert.Throws<CudaUnavailableException>(() => CudaModelRunner.Create(wide, "wide", ModelHeads.All, [], null, new CudaModelOptions()));
        Assert.Contains("64 convolution channels", e.Message, StringComparison.Ordinal);
    }

    [CudaEmulatorTheory]
    [InlineData("cuLaunchKernel", LaunchFailed, 9)]
    [InlineData("cuGraphLaunch", IllegalAddress, 1)]
    [InlineData("cublasLtMatmul", 13, 7)]
    [InlineData("cuMemcpyHtoDAsync_v2", IllegalAddress, 2)]
    [InlineData("cuMemcpyDtoHAsync_v2", IllegalAddress, 11)]
    [InlineData("cuStreamSynchronize", IllegalAddress, 1)]
    public void Step_CallFails_EveryLaterCallThrowsAndNothingIsLeft(string function, int code, int after)
    {
        using CudaEmulator card = CudaEmulator.Open();
        using (CudaModelRunner runner = Create(card))
        {
            Assert.True(runner.TryOpen(2, out KvSlot slot));
            StepScores scores = new(64, 128);
            card.Fail(function, code, after);
            long second = 0;
            Assert.Throws<CudaFaultException>(() =>
            {
                for (; second < 100; second += 20)
                {
                    runner.Step(Seconds(slot, second, 20), scores);
                }
            });
            card.Heal();
            Assert.Throws<CudaFaultException>(() => runner.Step(Seconds(slot, 1000, 1), scores));
            Assert.Throws<CudaFaultException>(() => runner.TryOpen(1, out _));
            Assert.Throws<CudaFaultException>(() => runner.Reset(slot));
            Assert.Throws<CudaFaultException>(() => runner.Close(slot));
            Assert.Throws<CudaFaultException>(() => runner.SnapshotSize(slot));
            Assert.Throws<CudaFaultException>(() => runner.Snapshot(slot, new byte[100_000]));
            Assert.Throws<CudaFaultException>(() => runner.Restore(slot, new byte[100_000]));
        }

        Assert.Equal(("", 0), (card.Alive, card.Leaked));
    }

    [CudaEmulatorFact]
    public void Step_DeviceLost_ThrowsAndIsGivenBack()
    {
        using CudaEmulator card = CudaEmulator.Open();
        using (CudaModelRunner runner = Create(card))
        {
            Assert.True(runner.TryOpen(2, out KvSlot slot));
            runner.Step(Seconds(slot, 0, 3), new StepScores(64, 128));
            card.Lose(IllegalAddress);
            Assert.True(Assert.Throws<CudaFaultException>(() => runner.Step(Seconds(slot, 3, 3), new StepScores(64, 128))).IsDeviceLost);
        }

        Assert.Equal(("", 0), (card.Alive, card.Leaked));
    }

    [CudaEmulatorTheory]
    [InlineData("cuMemHostRegister_v2", 801, "Copies")]
    [InlineData("cuGraphInstantiateWithFlags", OutOfMemory, "piece by piece")]
    public void Step_WithoutAConvenience_SameScoresAndARemark(string function, int code, string remark)
    {
        float[][][] expected = Run(_ => { }, out string nothing);
        float[][][] actual = Run(card => card.Fail(function, code, after: -1), out string said);
        Assert.Equal(expected, actual);
        Assert.Equal("", nothing);
        Assert.Contains(remark, said, StringComparison.Ordinal);
    }

    [CudaEmulatorFact]
    public void Step_SomeHeads_OthersStayZero()
    {
        using CudaEmulator card = CudaEmulator.Open();
        using CudaModelRunner runner = Create(card, ModelHeads.Rhythm | ModelHeads.Beats);
        Assert.True(runner.TryOpen(2, out KvSlot slot));
        StepScores scores = new(64, 128, TestNetwork.Config.ArrhythmiaClasses, reconstruction: true);
        runner.Step(Seconds(slot, 0, 2), scores);
        Assert.Equal(2, scores.Rhythm.Sum(), 3);
        Assert.Equal(4 * StepScores.BeatBins, scores.Beats.Sum(), 1);
        Assert.All(scores.Anomaly.Concat(scores.Surprise).Concat(scores.RecordAnomaly).Concat(scores.Strip).Concat(scores.Arrhythmia), score => Assert.Equal(0, score));
        Assert.All(scores.Code, code => Assert.Equal(0, code));
    }

    /// <summary>All of them on the emulator's products of up to 64 rows, which are summed alike.</summary>
    [CudaEmulatorFact]
    public void Step_ManyPassesInAnyOrderOfStreams_SameBitsAsOnePass()
    {
        const int Rows = 30;
        byte[]? expected = null;
        for (int seed = 0; seed < 6; seed++)
        {
            using CudaEmulator card = CudaEmulator.Open((ulong)seed);
            using CudaModelRunner runner = Create(card, passTokens: seed == 0 ? 64 : 16 << seed % 2);
            StepPlan plan = new(Rows, 2 * Rows);
            StepScores scores = new(Rows, 2 * Rows, TestNetwork.Config.ArrhythmiaClasses, reconstruction: true);
            KvSlot[] slots = new KvSlot[Rows / 3];
            for (int i = 0; i < slots.Length; i++)
            {
                Assert.True(runner.TryOpen(2, out slots[i]));
            }

            for (int step = 0; step < 3; step++)
            {
                plan.Clear();
                for (int row = 0; row < Rows; row++)
                {
                    Add(plan, slots[(7 * row + step) % slots.Length], 10 * step + row / slots.Length, readOnly: row % 3 == 1);
                }

                runner.Step(plan, scores);
            }

            byte[] snapshot = new byte[runner.SnapshotSize(slots[3])];
            runner.Snapshot(slots[3], snapshot);
            byte[] all = [.. snapshot, .. Bytes(scores.Rhythm), .. Bytes(scores.Strip), .. Bytes(scores.Arrhythmia), .. Bytes(scores.Surprise), .. Bytes([.. Reconstructions(plan, scores)])];
            Assert.Equal(expected ??= all, all);
            Assert.Contains(scores.Reconstruction, value => value != 0);
        }
    }

    [CudaEmulatorFact]
    public void Profile_Steps_NamesEveryLaunch()
    {
        using CudaEmulator card = CudaEmulator.Open();
        using CudaModelRunner runner = Create(card);
        Assert.True(runner.TryOpen(2, out KvSlot slot));
        using CudaProfile profile = new(runner.Engine.Context);
        runner.Engine.Step.Profile = profile;
        runner.Step(Seconds(slot, 0, 1), new StepScores(64, 128));
        runner.Step(Seconds(slot, 1, 1), new StepScores(64, 128));
        Assert.Equal(6, profile.Sums["attend"].Count);
        Assert.Equal(2, profile.Sums["the embedding"].Count);
        Assert.DoesNotContain("append", profile.Sums.Keys);
        runner.Engine.Step.Profile = null;
        runner.Step(Seconds(slot, 2, 1), new StepScores(64, 128));
    }

    /// <summary>Every algorithm takes one size of a pass only, so each size has its own: the card is used all the same.</summary>
    [CudaEmulatorFact]
    public void Create_NoAlgorithmForAllSizes_WorksAndSaysSo()
    {
        using CudaEmulator card = CudaEmulator.Open();
        card.SetChoosyAlgorithms(true);
        using CudaModelRunner runner = Create(card, passTokens: 64);
        Assert.True(runner.TryOpen(2, out KvSlot slot));
        StepScores scores = new(64, 128);
        runner.Step(Seconds(slot, 0, 1), scores);
        Assert.InRange(scores.Rhythm.Take(RhythmClasses.Count).Sum(), 0.999f, 1.001f);
        Assert.Contains("the last bits of a score may depend on the batch", runner.Info.Remark, StringComparison.Ordinal);
    }

    private static IEnumerable<float> Reconstructions(StepPlan plan, StepScores scores) => Enumerable.Range(0, plan.TokenCount)
        .Where(token => plan.TokenReadOnly[token])
        .SelectMany(token => scores.Reconstruction.Skip(token * PatchSecond.PatchSamples).Take(PatchSecond.PatchSamples));

    private static byte[] Bytes(float[] values) => System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()).ToArray();

    private static float[][][] Run(Action<CudaEmulator> prepare, out string remark)
    {
        using CudaEmulator card = CudaEmulator.Open();
        prepare(card);
        using CudaModelRunner runner = Create(card);
        float[][][] results = new StreamRun(runner, Streams.Random(3, 3, 30)).Alone().Results;
        remark = runner.Info.Remark;
        return results;
    }

    private static CudaModelRunner Create(CudaEmulator card, ModelHeads heads = ModelHeads.All, int leads = 64, int passTokens = 16) =>
        CudaModelRunner.Create(Weights, "random-1", heads, [], null, new CudaModelOptions
        {
            Libraries = [card.Folder],
            MaxSlots = 64,
            MaxLeadSlots = leads,
            MaxRows = 64,
            MaxTokens = 128,
            MaxPassTokens = passTokens,
        });

    private static StepPlan Seconds(KvSlot slot, long first, int count)
    {
        StepPlan plan = new(count, 2 * count);
        for (int i = 0; i < count; i++)
        {
            Add(plan, slot, first + i, readOnly: false);
        }

        return plan;
    }

    private static void Add(StepPlan plan, KvSlot slot, long second, bool readOnly)
    {
        PatchSecond patch = new(2) { Second = second, Present = readOnly ? 1u : 3u };
        for (int lead = 0; lead < 2; lead++)
        {
            Span<float> samples = patch.Lead(lead);
            for (int i = 0; i < samples.Length; i++)
            {
                samples[i] = MathF.Sin(0.01f * (slot.Index + 1) * i + second + lead);
            }
        }

        Assert.True(plan.TryAdd(slot, new LeadSet(Lead.I, Lead.II), patch, reconstruct: readOnly ? 2u : 0));
    }
}
