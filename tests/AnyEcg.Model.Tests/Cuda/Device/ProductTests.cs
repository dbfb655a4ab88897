using System.Runtime.InteropServices;

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

    /// <summary>A product with numbers of its own on an emulated card.</summary>
    private sealed class ProductRun : IDisposable
    {
        private readonly TestKernels test = new();
        private readonly KernelModule module;
        private readonly ProductLibrary library;
        private readonly DeviceMemory memory;
        private readonly ProductSpec spec;
        private readonly float[] x, weights, bias, start;
        private readonly long xAt, weightsAt, biasAt, yAt;

        public ProductRun(ProductSpec spec, int[] buckets, bool epilogues)
        {
            this.spec = spec;
            test.Card.SetEpilogues(epilogues);
            module = test.LoadEpilogue(spec.Full);
            library = new ProductLibrary(test.Context, buckets, module.Get("product_epilogue"));
            Random random = new(1);
            (x, weights, bias, start) = (Numbers(buckets[^1] * Inputs, Input), Numbers(Inputs * Outputs, Input), Numbers(Outputs, Output), Numbers(buckets[^1] * Outputs, Output));
            DeviceLayout layout = new();
            (xAt, weightsAt, biasAt, yAt) = (layout.Add<float>(x.Length), layout.Add<float>(weights.Length), layout.Add<float>(bias.Length), layout.Add<float>(start.Length));
            memory = new DeviceMemory(test.Context, layout.Bytes, "a test");
            Write(xAt, x, Input);
            Write(weightsAt, weights, Input);
            Write(biasAt, bias, Output);
            Product = library.Create(spec, memory.At(weightsAt), spec.Bias ? memory.At(biasAt) : 0);

            float[] Numbers(int count, bool isBfloat) => [.. Enumerable.Range(0, count).Select(_ => 2 * random.NextSingle() - 1).Select(value => isBfloat ? Rounded(value) : value)];
        }

        public Product Product { get; }

        /// <summary>x and W are bfloat16.</summary>
        private bool Input => !spec.Full;

        /// <summary>y and the bias are.</summary>
        private bool Output => !spec.Full && !spec.FloatOutput;

        public void Lose() => test.Card.Lose(CudaStatus.IllegalAddress);

        public float[] Compute(int bucket)
        {
            if (!test.Context.IsLost)
                test.Context.MakeCurrent();
            Write(yAt, start, Output);
            Product.Enqueue(test.Stream, memory.At(xAt), memory.At(yAt), bucket);
            test.Stream.Synchronize();
            float[] y = new float[library.Buckets[bucket] * Outputs];
            if (!Output)
                memory.Read<float>(yAt, y);
            else
                Read(yAt, y);
            return y;
        }

        /// <summary>In double precision.</summary>
        public float[] Expected(int rows)
        {
            float[] y = new float[rows * Outputs];
            for (int i = 0; i < y.Length; i++)
            {
                (int row, int output) = (i / Outputs, i % Outputs);
                double sum = (spec.Accumulate ? start[i] : 0) + (spec.Bias ? bias[output] : 0);
                for (int j = 0; j < Inputs; j++)
                    sum += (double)x[row * Inputs + j] * weights[output * Inputs + j];
                y[i] = (float)(spec.Gelu ? 0.5 * sum * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (sum + 0.044715 * sum * sum * sum))) : sum);
            }

            return y;
        }

        public static void AssertClose(float[] expected, float[] actual, float tolerance)
        {
            Assert.Equal(expected.Length, actual.Length);
            for (int i = 0; i < expected.Length; i++)
                Assert.True(MathF.Abs(expected[i] - actual[i]) <= tolerance * (1 + MathF.Abs(expected[i])), $"{i}: {expected[i]} and {actual[i]}");
        }

        public void Dispose()
        {
            Product.Dispose();
            memory.Dispose();
            library.Dispose();
            module.Dispose();
            test.Dispose();
        }

        private static float Rounded(float value) => BitConverter.UInt32BitsToSingle((BitConverter.SingleToUInt32Bits(value) + 0x8000) & 0xffff0000);

        private void Write(long at, float[] values, bool isBfloat)
        {
            if (isBfloat)
                memory.Write<ushort>(at, [.. values.Select(value => (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16))]);
            else
                memory.Write<float>(at, values);
        }

        private void Read(long at, float[] values)
        {
            ushort[] bits = new ushort[values.Length];
            memory.Read<ushort>(at, bits);
            for (int i = 0; i < bits.Length; i++)
                values[i] = BitConverter.UInt32BitsToSingle((uint)bits[i] << 16);
        }
    }
}
