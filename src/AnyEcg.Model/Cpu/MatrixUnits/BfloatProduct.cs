using System.Runtime.InteropServices;

namespace AnyEcg.Model;

/// <summary>
/// The product of so many rows with a matrix of one shape, as the library made it. The library's own scratch memory
/// would be shared by threads: each has a <see cref="BfloatCall"/> instead.
/// </summary>
internal sealed unsafe class BfloatProduct : IDisposable
{
    private readonly nint description, primitive;
    private readonly int number;

    /// <param name="units">Where it computes.</param>
    /// <param name="rows">Of the product.</param>
    /// <param name="inputs">Columns of the rows.</param>
    /// <param name="outputs">Columns of the result.</param>
    /// <param name="accumulate">Adds to what is there.</param>
    /// <param name="weights">Layout of weights that are packed already; null: the one that the library likes.</param>
    public BfloatProduct(MatrixUnits units, int rows, int inputs, int outputs, bool accumulate, byte* weights = null)
    {
        Rows = rows;
        number = units.NextProduct();
        SourceDescriptor = Descriptor(units, rows, inputs, OneDnn.Bfloat16, inputs);
        DestinationDescriptor = Descriptor(units, rows, outputs, OneDnn.Float32, outputs);
        BiasDescriptor = Descriptor(units, 1, outputs, OneDnn.Float32, outputs);
        if (weights == null)
        {
            weights = units.Arena.Bytes(OneDnn.MemoryDescriptorBytes);
            long* sizes = stackalloc long[] { inputs, outputs };
            OneDnn.Check(OneDnn.DescribeMemoryByTag(weights, 2, sizes, OneDnn.Bfloat16, OneDnn.AnyFormat));
        }

        byte* operation = units.Arena.Bytes(OneDnn.OperationDescriptorBytes);
        OneDnn.Check(OneDnn.DescribeProduct(operation, SourceDescriptor, weights, BiasDescriptor, DestinationDescriptor));
        description = Describe(units, operation, accumulate);
        OneDnn.Check(OneDnn.CreatePrimitive(out primitive, description));
        WeightsDescriptor = OneDnn.QueryMemory(description, OneDnn.QueryWeights, 0);
        ScratchDescriptor = OneDnn.QueryMemory(description, OneDnn.QueryScratchpad, 0);
    }

    public int Rows { get; }

    public byte* SourceDescriptor { get; }

    public byte* DestinationDescriptor { get; }

    public byte* BiasDescriptor { get; }

    public byte* WeightsDescriptor { get; }

    public byte* ScratchDescriptor { get; }

    /// <summary>The library's name of its way to compute it.</summary>
    public string Implementation
    {
        get
        {
            nint name;
            OneDnn.Check(OneDnn.Query(description, OneDnn.QueryImplementation, 0, &name));
            return Marshal.PtrToStringUTF8(name) ?? "";
        }
    }

    /// <summary>Computes the rows in the thread's buffer into y.</summary>
    public void Run(MatrixThread thread, nint weights, nint bias, float* y)
    {
        BfloatCall call = thread.Call(number) ?? thread.Keep(number, new BfloatCall(this, thread));
        call.Arguments[0] = new OneDnnArgument(OneDnn.Weights, weights);
        call.Arguments[1] = new OneDnnArgument(OneDnn.Bias, bias);
        OneDnn.Check(OneDnn.SetData(call.Destination, y));
        OneDnn.Check(OneDnn.Execute(primitive, thread.Stream, BfloatCall.Count, call.Arguments));
    }

    public void Dispose()
    {
        _ = OneDnn.DestroyPrimitive(primitive);
        _ = OneDnn.DestroyDescription(description);
    }

    private static byte* Descriptor(MatrixUnits units, int rows, int columns, int type, int stride)
    {
        byte* descriptor = units.Arena.Bytes(OneDnn.MemoryDescriptorBytes);
        long* sizes = stackalloc long[] { rows, columns };
        long* strides = stackalloc long[] { stride, 1 };
        OneDnn.Check(OneDnn.DescribeMemory(descriptor, 2, sizes, type, strides));
        return descriptor;
    }

    private static nint Describe(MatrixUnits units, byte* operation, bool accumulate)
    {
        OneDnn.Check(OneDnn.CreateAttributes(out nint attributes));
        OneDnn.Check(OneDnn.CreatePostOperations(out nint after));
        OneDnn.Check(OneDnn.SetScratchpad(attributes, OneDnn.ScratchpadOfUser));
        if (accumulate)
            OneDnn.Check(OneDnn.AppendSum(after, 1));
        OneDnn.Check(OneDnn.SetPostOperations(attributes, after));
        OneDnn.Check(OneDnn.DescribePrimitive(out nint description, operation, attributes, units.Engine, 0));
        _ = OneDnn.DestroyPostOperations(after);
        _ = OneDnn.DestroyAttributes(attributes);
        return description;
    }
}

/// <summary>What one thread calls one product with.</summary>
internal sealed unsafe class BfloatCall : IDisposable
{
    public const int Count = 5;

    private readonly nint source, scratch;

    public BfloatCall(BfloatProduct product, MatrixThread thread)
    {
        OneDnn.Check(OneDnn.CreateMemory(out source, product.SourceDescriptor, thread.Engine, thread.Source));
        OneDnn.Check(OneDnn.CreateMemory(out scratch, product.ScratchDescriptor, thread.Engine, thread.Arena.Bytes((long)OneDnn.SizeOf(product.ScratchDescriptor))));
        OneDnn.Check(OneDnn.CreateMemory(out nint destination, product.DestinationDescriptor, thread.Engine, OneDnn.None));
        Destination = destination;
        Arguments = (OneDnnArgument*)thread.Arena.Bytes(Count * sizeof(OneDnnArgument));
        Arguments[2] = new OneDnnArgument(OneDnn.Source, source);
        Arguments[3] = new OneDnnArgument(OneDnn.Destination, destination);
        Arguments[4] = new OneDnnArgument(OneDnn.Scratchpad, scratch);
    }

    public nint Destination { get; }

    /// <summary>The first two are the matrix's.</summary>
    public OneDnnArgument* Arguments { get; }

    public void Dispose()
    {
        _ = OneDnn.DestroyMemory(source);
        _ = OneDnn.DestroyMemory(scratch);
        _ = OneDnn.DestroyMemory(Destination);
    }
}
