namespace AnyEcg.Model.Tests;

/// <summary>A product with numbers of its own on a card.</summary>
internal sealed class ProductRun : IDisposable
{
    private readonly TestKernels test;
    private readonly KernelModule module;
    private readonly ProductLibrary library;
    private readonly DeviceMemory memory;
    private readonly ProductSpec spec;
    private readonly float[] x, weights, bias, start;
    private readonly long xAt, weightsAt, biasAt, yAt;

    /// <summary>On an emulated card that knows products with a bias or GELU, or does not.</summary>
    public ProductRun(ProductSpec spec, int[] buckets, bool epilogues)
        : this(Emulated(epilogues), spec, buckets)
    {
    }

    /// <param name="test">The card; this object's from now on.</param>
    /// <param name="spec">The product; its inputs are random.</param>
    /// <param name="buckets">Numbers of rows.</param>
    public ProductRun(TestKernels test, ProductSpec spec, int[] buckets)
    {
        this.test = test;
        this.spec = spec;
        module = test.LoadEpilogue(spec.Full);
        library = new ProductLibrary(test.Context, buckets, module.Get("product_epilogue"));
        Random random = new(1);
        (x, weights, bias, start) = (Numbers(buckets[^1] * spec.Inputs, Input), Numbers(spec.Inputs * spec.Outputs, Input), Numbers(spec.Outputs, Output), Numbers(buckets[^1] * spec.Outputs, Output));
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
        float[] y = new float[library.Buckets[bucket] * spec.Outputs];
        if (!Output)
            memory.Read<float>(yAt, y);
        else
            Read(yAt, y);
        return y;
    }

    /// <summary>In double precision.</summary>
    public float[] Expected(int rows)
    {
        float[] y = new float[rows * spec.Outputs];
        for (int i = 0; i < y.Length; i++)
        {
            (int row, int output) = (i / spec.Outputs, i % spec.Outputs);
            double sum = (spec.Accumulate ? start[i] : 0) + (spec.Bias ? bias[output] : 0);
            for (int j = 0; j < spec.Inputs; j++)
                sum += (double)x[row * spec.Inputs + j] * weights[output * spec.Inputs + j];
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

    private static TestKernels Emulated(bool epilogues)
    {
        TestKernels test = new();
        test.Card.SetEpilogues(epilogues);
        return test;
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
