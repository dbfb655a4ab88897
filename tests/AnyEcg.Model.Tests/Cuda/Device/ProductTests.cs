namespace AnyEcg.Model.Tests;

/// <summary>Matrix products by the emulated cuBLASLt, which proposes algorithms with other orders of sums for few rows and for many.</summary>
public sealed class ProductTests
{
    private const int Inputs = 72, Outputs = 24;

    private static readonly int[] Buckets = [16, 64, 128];

    [CudaEmulatorTheory]
    [InlineData(false, false, false, true)]
    [InlineData(false, false, true, true)]
    [InlineData(false, true, false, true)]
    [InlineData(true, false, false, true)]
    [InlineData(true, false, true, true)]
    [InlineData(true, true, false, true)]
    [InlineData(false, false, true, false)]
    [InlineData(false, true, false, false)]
    [InlineData(true, false, true, false)]
    [InlineData(true, true, false, false)]
    public void Enqueue_EveryForm_ComputesTheProduct(bool full, bool accumulate, bool gelu, bool epilogues)
    {
        ProductSpec spec = new("a product", Inputs, Outputs) { Full = full, Accumulate = accumulate, FloatOutput = accumulate, Bias = true, Gelu = gelu };
        using ProductRun run = new(spec, Buckets, epilogues);

        float[] y = run.Compute(bucket: 1);

        Assert.Equal(epilogues, run.Product.IsFused);
        ProductRun.AssertClose(run.Expected(Buckets[1]), y, full ? 1e-5f : accumulate ? 1e-4f : 1e-2f);
    }

    [CudaEmulatorFact]
    public void Enqueue_NoBias_ComputesTheBareProduct()
    {
        using ProductRun run = new(new ProductSpec("a product", Inputs, Outputs) { FloatOutput = true }, Buckets, epilogues: false);

        ProductRun.AssertClose(run.Expected(16), run.Compute(bucket: 0), 1e-4f);
        Assert.True(run.Product.IsFused);
    }

    [CudaEmulatorFact]
    public void Enqueue_Separate_DoesNotAskForAnEpilogue()
    {
        using ProductRun run = new(new ProductSpec("a product", Inputs, Outputs) { Bias = true, Gelu = true, Separate = true }, Buckets, epilogues: true);

        ProductRun.AssertClose(run.Expected(128), run.Compute(bucket: 2), 1e-2f);
        Assert.False(run.Product.IsFused);
    }

    /// <summary>The emulated heuristic prefers another order of sums for up to 64 rows, and parts of a sum by several blocks where it may.</summary>
    [CudaEmulatorTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void Enqueue_MoreRowsAround_ChangeNoBitOfARow(bool full)
    {
        using ProductRun run = new(new ProductSpec("a product", Inputs, Outputs) { Full = full, FloatOutput = true, Bias = true }, Buckets, epilogues: true);

        float[] alone = run.Compute(bucket: 0), among = run.Compute(bucket: 2);

        Assert.Equal(alone, among[..alone.Length]);
        Assert.Equal(128, run.Product.Choice.ProposedAt);
    }

    [CudaEmulatorFact]
    public void Create_NoAlgorithmAtAll_SaysForWhatAndLeavesNothing()
    {
        using TestKernels test = new();
        using ProductLibrary library = new(test.Context, Buckets, null);
        long before = test.Card.Live;
        test.Card.Fail("cublasLtMatmulAlgoGetHeuristic", CublasLt.NotSupported, after: -1);

        string message = Assert.Throws<CudaUnavailableException>(() => library.Create(new ProductSpec("layer 3, up", Inputs, Outputs), library.Workspace, 0)).Message;

        Assert.Contains("layer 3, up", message, StringComparison.Ordinal);
        Assert.Equal(before, test.Card.Live);
    }

    [CudaEmulatorFact]
    public void Create_BestAlgorithmRefusesABucket_TakesTheNext()
    {
        using TestKernels test = new();
        using ProductLibrary library = new(test.Context, Buckets, null);
        test.Card.Fail("cublasLtMatmulAlgoCheck", CublasLt.NotSupported, after: 1);

        using Product product = library.Create(new ProductSpec("a product", Inputs, Outputs), library.Workspace, 0);

        Assert.Equal(1, product.Choice.Rank);
    }

    /// <summary>Proposed and accepted, but it fails when it computes: that is found out when the product is made.</summary>
    [CudaEmulatorTheory]
    [InlineData(0)]
    [InlineData(2)]
    public void Create_BestAlgorithmFailsWhenItRuns_TakesTheNext(int after)
    {
        using TestKernels test = new();
        using ProductLibrary library = new(test.Context, Buckets, null);
        test.Card.Fail("cublasLtMatmul", 14, after);

        using Product product = library.Create(new ProductSpec("a product", Inputs, Outputs), library.Workspace, 0);

        Assert.Equal((1, true), (product.Choice.Rank, product.Choice.IsCommon));
    }

    [CudaEmulatorFact]
    public void Create_NothingRuns_IsUnavailableAndLeavesNothing()
    {
        using TestKernels test = new();
        using ProductLibrary library = new(test.Context, Buckets, null);
        long before = test.Card.Live;
        test.Card.Fail("cublasLtMatmul", CublasLt.NotSupported, after: -1);

        Assert.Throws<CudaUnavailableException>(() => library.Create(new ProductSpec("a product", Inputs, Outputs), library.Workspace, 0));
        Assert.Equal(before, test.Card.Live);
    }

    /// <summary>Where no algorithm takes all numbers of rows the card is used all the same, and the product says that its last bits may differ.</summary>
    [CudaEmulatorTheory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Create_EveryAlgorithmTakesOneBucketOnly_TakesSeveral(bool full, bool gelu)
    {
        TestKernels test = new();
        test.Card.SetChoosyAlgorithms(true);
        using ProductRun run = new(test, new ProductSpec("a product", Inputs, Outputs) { Full = full, Bias = true, Gelu = gelu }, Buckets);

        Assert.Equal((3, false, 128), (run.Product.Choice.Different, run.Product.Choice.IsCommon, run.Product.Choice.ProposedAt));
        for (int bucket = 0; bucket < Buckets.Length; bucket++)
            ProductRun.AssertClose(run.Expected(Buckets[bucket]), run.Compute(bucket), full ? 1e-5f : 1e-2f);
    }

    [CudaEmulatorTheory]
    [InlineData(9, true, null, true)]
    [InlineData(8, true, null, false)]
    [InlineData(12, true, null, false)]
    [InlineData(8, true, false, true)]
    [InlineData(9, true, true, false)]
    [InlineData(8, false, null, true)]
    public void Create_GeluOnOtherCardsThanHopper_IsAKernelOfOurs(int major, bool gelu, bool? separate, bool fused)
    {
        TestKernels test = TestKernels.OfCapability(major, 0);
        using ProductRun run = new(test, new ProductSpec("a product", Inputs, Outputs) { Bias = true, Gelu = gelu, Separate = separate }, Buckets);

        Assert.Equal(fused, run.Product.IsFused);
    }

    /// <summary>The layers' products have the same sizes: the search, and its products of zeros, happen once.</summary>
    [CudaEmulatorFact]
    public void Create_SameSizesAgain_TakesTheSameAlgorithms()
    {
        using TestKernels test = new();
        using ProductLibrary library = new(test.Context, Buckets, null);
        using Product first = library.Create(new ProductSpec("layer 0", Inputs, Outputs), library.Workspace, 0);
        test.Card.Fail("cublasLtMatmulAlgoGetHeuristic", CublasLt.NotSupported, after: -1);

        using Product second = library.Create(new ProductSpec("layer 1", Inputs, Outputs), library.Workspace + 256, 0);

        Assert.Same(first.Choice, second.Choice);
        Assert.Throws<CudaUnavailableException>(() => library.Create(new ProductSpec("another", Inputs, 2 * Outputs), library.Workspace, 0));
    }

    [CudaEmulatorFact]
    public void Create_LibraryFails_IsAFaultAndLeavesNothing()
    {
        using TestKernels test = new();
        using ProductLibrary library = new(test.Context, Buckets, null);
        long before = test.Card.Live;
        test.Card.Fail("cublasLtMatmulAlgoGetHeuristic", 13);

        CudaFaultException fault = Assert.Throws<CudaFaultException>(() => library.Create(new ProductSpec("a product", Inputs, Outputs), library.Workspace, 0));

        Assert.True(fault.IsDeviceLost);
        Assert.Equal(before, test.Card.Live);
    }

    [CudaEmulatorFact]
    public void Enqueue_DeviceLost_IsSaid()
    {
        using ProductRun run = new(new ProductSpec("a product", Inputs, Outputs), Buckets, epilogues: true);
        run.Lose();

        Assert.True(Assert.Throws<CudaFaultException>(() => run.Compute(bucket: 0)).IsDeviceLost);
    }

    /// <summary>What batching relies on, of the real library: the shapes of size S, from the smallest pass to the largest.</summary>
    [CudaFact]
    public void Enqueue_OnACard_MoreRowsAroundChangeNoBitOfARow()
    {
        int[] buckets = [.. Enumerable.Range(4, 11).Select(power => 1 << power)];
        foreach ((int inputs, int outputs, bool accumulate, bool gelu) in new[] { (488, 128, false, false), (128, 384, false, false), (128, 128, true, false), (128, 512, false, true), (512, 128, true, false), (128, 1024, false, false) })
        {
            ProductSpec spec = new($"{inputs} to {outputs}", inputs, outputs) { FloatOutput = accumulate || outputs == 1024, Accumulate = accumulate, Bias = outputs != 384, Gelu = gelu };
            using ProductRun run = new(TestKernels.OnCard(), spec, buckets);
            float[] among = run.Compute(buckets.Length - 1);

            ProductRun.AssertClose(run.Expected(64), among[..(64 * outputs)], 2e-2f);
            for (int bucket = 0; bucket < buckets.Length; bucket++)
                Assert.Equal(among[..(buckets[bucket] * outputs)], run.Compute(bucket));
        }
    }
}
