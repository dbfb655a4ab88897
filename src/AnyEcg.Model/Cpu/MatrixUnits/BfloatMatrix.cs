namespace AnyEcg.Model;

/// <summary>
/// Weights of one linear layer in bfloat16, laid out as the matrix units want them. y = W x + b in float32 of inputs that are rounded to
/// bfloat16. Any thread.
/// </summary>
internal sealed unsafe class BfloatMatrix : IDisposable
{
    /// <summary>Rows of the products that there are: tiles of the unit. What is missing to one is filled up; a row's result does not depend on it.</summary>
    private static readonly int[] Sizes = [16, 32, MatrixUnits.MostRows];

    private readonly MatrixUnits units;
    private readonly int inputs, outputs;
    private readonly nint weights, bias;
    private readonly BfloatProduct first;
    private readonly BfloatProduct[] plain, accumulating;

    /// <param name="units">Where it computes.</param>
    /// <param name="weight">Row-major [outputs, inputs].</param>
    /// <param name="biasOrZero">One per output.</param>
    /// <param name="inputs">Columns of the weight.</param>
    public BfloatMatrix(MatrixUnits units, ReadOnlySpan<float> weight, ReadOnlySpan<float> biasOrZero, int inputs)
    {
        this.units = units;
        this.inputs = inputs;
        outputs = weight.Length / inputs;
        first = new BfloatProduct(units, MatrixUnits.MostRows, inputs, outputs, accumulate: false);
        plain = Products(accumulate: false);
        accumulating = Products(accumulate: true);
        weights = Packed(weight);
        OneDnn.Check(OneDnn.CreateMemory(out bias, first.BiasDescriptor, units.Engine, units.Arena.Copy(biasOrZero)));
    }

    /// <summary>What the library would compute a product with.</summary>
    public static string Implementation(MatrixUnits units)
    {
        using BfloatProduct product = new(units, Sizes[0], 128, 128, accumulate: false);
        return product.Implementation;
    }

    /// <summary>y = x W^T + b, or y += that. Rows of x may overlap.</summary>
    public void Multiply(float* x, int xStride, int rows, float* y, int yStride, bool accumulate)
    {
        MatrixThread thread = units.Thread;
        for (int row = 0, count; row < rows; row += count, y += (long)count * yStride)
        {
            BfloatProduct product = Fitting(accumulate ? accumulating : plain, rows - row);
            count = Math.Min(rows - row, product.Rows);
            for (int i = 0; i < count; i++)
                Bfloat.Convert(x + (long)(row + i) * xStride, inputs, thread.Source + i * inputs);
            if (count == product.Rows && yStride == outputs)
                product.Run(thread, weights, bias, y);
            else
                RunApart(product, thread, new ResultRows(y, yStride, count), accumulate);
        }
    }

    public void Dispose()
    {
        foreach (BfloatProduct product in plain.Concat(accumulating).Append(first))
            product.Dispose();
        _ = OneDnn.DestroyMemory(weights);
        _ = OneDnn.DestroyMemory(bias);
    }

    /// <summary>For rows that do not fill a product, or stand apart. Rows that are not there compute what stood in the buffer before; nobody reads it.</summary>
    private void RunApart(BfloatProduct product, MatrixThread thread, ResultRows results, bool accumulate)
    {
        for (int i = 0; accumulate && i < results.Count; i++)
            VectorMath.Copy(results[i], thread.Apart + i * outputs, outputs);
        product.Run(thread, weights, bias, thread.Apart);
        for (int i = 0; i < results.Count; i++)
            VectorMath.Copy(thread.Apart + i * outputs, results[i], outputs);
    }

    private static BfloatProduct Fitting(BfloatProduct[] products, int rows)
    {
        foreach (BfloatProduct product in products)
        {
            if (product.Rows >= rows)
                return product;
        }

        return products[^1];
    }

    private BfloatProduct[] Products(bool accumulate) => [.. Sizes.Select(rows => new BfloatProduct(units, rows, inputs, outputs, accumulate, first.WeightsDescriptor))];

    private nint Packed(ReadOnlySpan<float> weight)
    {
        byte* given = stackalloc byte[OneDnn.MemoryDescriptorBytes];
        long* sizes = stackalloc long[] { inputs, outputs };
        long* strides = stackalloc long[] { 1, inputs };
        OneDnn.Check(OneDnn.DescribeMemory(given, 2, sizes, OneDnn.Float32, strides));
        byte* place = units.Arena.Bytes((long)OneDnn.SizeOf(first.WeightsDescriptor));
        OneDnn.Check(OneDnn.CreateMemory(out nint packed, first.WeightsDescriptor, units.Engine, place));
        fixed (float* from = weight)
        {
            OneDnn.Check(OneDnn.CreateMemory(out nint source, given, units.Engine, from));
            OneDnn.Check(OneDnn.DescribeReorder(out nint description, given, units.Engine, first.WeightsDescriptor, units.Engine, 0));
            OneDnn.Check(OneDnn.CreatePrimitive(out nint reorder, description));
            OneDnnArgument* arguments = stackalloc OneDnnArgument[] { new(OneDnn.Source, source), new(OneDnn.Destination, packed) };
            OneDnn.Check(OneDnn.Execute(reorder, units.Thread.Stream, 2, arguments));
            OneDnn.Check(OneDnn.Wait(units.Thread.Stream));
            _ = OneDnn.DestroyPrimitive(reorder);
            _ = OneDnn.DestroyDescription(description);
            _ = OneDnn.DestroyMemory(source);
        }

        return packed;
    }
}

/// <summary>Where a product's rows go.</summary>
internal readonly unsafe struct ResultRows(float* first, int stride, int count)
{
    public readonly int Count = count;

    private readonly float* first = first;

    public float* this[int row] => first + (long)row * stride;
}
