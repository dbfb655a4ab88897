namespace AnyEcg.Model.Tests;

/// <summary>The emulated cuBLASLt multiplies right, and sets the traps that the real one may set.</summary>
public sealed unsafe class EmulatedProductTests
{
    private const int Inputs = 136, Outputs = 24, Rows = 16;

    [CudaEmulatorTheory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Enqueue_RowMajorProduct_EqualsTheSumInDoubles(bool accumulate, bool epilogue)
    {
        using CardRig rig = new();
        ProductSpec spec = new("a test", Inputs, Outputs) { Full = true, Accumulate = accumulate, Bias = epilogue, Gelu = epilogue };
        float[] weights = Numbers(Outputs * Inputs, 1), x = Numbers(Rows * Inputs, 2), bias = Numbers(Outputs, 3);
        float[] y = Multiply(rig, spec, [Rows], weights, x, bias, start: 3);
        for (int row = 0; row < Rows; row++)
        {
            for (int output = 0; output < Outputs; output++)
            {
                double sum = (accumulate ? 3 : 0) + (epilogue ? bias[output] : 0);
                for (int i = 0; i < Inputs; i++)
                    sum += (double)weights[output * Inputs + i] * x[row * Inputs + i];
                if (epilogue)
                    sum = 0.5 * sum * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (sum + 0.044715 * sum * sum * sum)));
                Assert.InRange(y[row * Outputs + output] - sum, -1e-4, 1e-4);
            }
        }
    }

    [CudaEmulatorFact]
    public void Enqueue_AlgorithmOfManyRows_SumsInAnotherOrderThanThatOfFew()
    {
        using CardRig rig = new();
        ProductSpec spec = new("a test", Inputs, Outputs) { Full = true };
        float[] weights = Numbers(Outputs * Inputs, 1), x = Numbers(256 * Inputs, 2);
        float[] few = Multiply(rig, spec, [Rows], weights, x, [], start: 0), many = Multiply(rig, spec, [256], weights, x, [], start: 0);
        Assert.NotEqual(few, many[..few.Length]);
        Assert.Equal(many[..few.Length], Multiply(rig, spec, [Rows, 256], weights, x, [], start: 0)[..few.Length]);
    }

    [CudaEmulatorFact]
    public void SetEpilogues_Unknown_RefusesThemAlone()
    {
        using CardRig rig = new();
        rig.Emulator.SetEpilogues(false);
        using ProductLibrary library = new(rig.Context, [Rows], null);
        using DeviceMemory memory = new(rig.Context, Outputs * Inputs * sizeof(float), "a test");
        Assert.Throws<CudaUnavailableException>(() => library.Create(new ProductSpec("a test", Inputs, Outputs) { Full = true, Bias = true }, memory.Address, memory.Address));
        library.Create(new ProductSpec("a test", Inputs, Outputs) { Full = true }, memory.Address, 0).Dispose();
    }

    [CudaEmulatorFact]
    public void Enqueue_AddressThatIsNotAsAlignedAsWasSaid_IsRefused()
    {
        using CardRig rig = new();
        using DeviceMemory memory = new(rig.Context, 1 << 20, "a test");
        using ProductLibrary library = new(rig.Context, [Rows], null);
        using Product product = library.Create(new ProductSpec("a test", Inputs, Outputs) { Full = true }, memory.Address, 0);
        Assert.Throws<CudaFaultException>(() => product.Enqueue(rig.First, memory.At(65536 + 128), memory.At(131072), 0));
    }

    [CudaEmulatorTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void SetChoosyAlgorithms_ProposedForOtherRows_IsRefused(bool choosy)
    {
        using CardRig rig = new();
        rig.Emulator.SetChoosyAlgorithms(choosy);
        CublasLt api = rig.Context.Libraries.CublasLt;
        using ProductLibrary library = new(rig.Context, [Rows, 2 * Rows], null);
        using ProductLayouts layouts = new(library, new ProductSpec("a test", Inputs, Outputs) { Full = true }, 0, false);
        nint preference;
        Assert.Equal(0, api.PreferenceCreate(&preference));
        MatmulHeuristic proposed = default;
        int found;
        Assert.Equal(0, api.GetHeuristic(library.Handle, layouts.Operation, layouts.Weights, layouts.Inputs(0), layouts.Outputs(0), layouts.Outputs(0), preference, 1, &proposed, &found));
        Assert.Equal(0, api.PreferenceDestroy(preference));
        Assert.Equal(choosy ? CublasLt.NotSupported : 0, Check(library, layouts, proposed.Algorithm, 1));
        Assert.Equal(0, Check(library, layouts, proposed.Algorithm, 0));
    }

    private static int Check(ProductLibrary library, ProductLayouts layouts, MatmulAlgorithm algorithm, int bucket)
    {
        MatmulHeuristic answer = default;
        nint y = layouts.Outputs(bucket);
        return library.Api.CheckAlgorithm(library.Handle, layouts.Operation, layouts.Weights, layouts.Inputs(bucket), y, y, &algorithm, &answer);
    }

    private static float[] Multiply(CardRig rig, ProductSpec spec, int[] buckets, float[] weights, float[] x, float[] bias, float start)
    {
        DeviceLayout layout = new();
        int rows = buckets[^1];
        long w = layout.Add<float>(weights.Length), b = layout.Add<float>(Outputs), input = layout.Add<float>(rows * Inputs), output = layout.Add<float>(rows * Outputs);
        using DeviceMemory memory = new(rig.Context, layout.Bytes, "a test");
        memory.Write<float>(w, weights);
        memory.Write<float>(b, bias);
        memory.Write<float>(input, x.AsSpan(0, rows * Inputs));
        float[] y = new float[rows * Outputs];
        Array.Fill(y, start);
        memory.Write<float>(output, y);
        using ProductLibrary library = new(rig.Context, buckets, null);
        using Product product = library.Create(spec, memory.At(w), spec.Bias ? memory.At(b) : 0);
        product.Enqueue(rig.First, memory.At(input), memory.At(output), buckets.Length - 1);
        rig.First.Synchronize();
        memory.Read(output, y.AsSpan());
        return y;
    }

    private static float[] Numbers(int count, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() - 0.5))];
    }
}
