namespace AnyEcg.Model;

/// <summary>
/// cuBLASLt's descriptions of one product. Its matrices go column by column: y^T [outputs x rows] = W [outputs x inputs] x^T [inputs x rows], where
/// row-major W is the transpose of a column-major [inputs x outputs], and row-major x and y are x^T and y^T as they lie.
/// </summary>
internal sealed unsafe class ProductLayouts : IDisposable
{
    private readonly ProductLibrary library;
    private readonly nint[] inputs;
    private readonly nint[] outputs;
    private nint operation;
    private nint weights;

    /// <param name="library">cuBLASLt.</param>
    /// <param name="spec">Sizes and types.</param>
    /// <param name="bias">Address of the bias; read only where the product itself adds it.</param>
    /// <param name="fused">Bias and GELU, where there are any, belong to the product.</param>
    public ProductLayouts(ProductLibrary library, ProductSpec spec, nint bias, bool fused)
    {
        this.library = library;
        IsFused = fused && spec.HasEpilogue;
        inputs = new nint[library.Buckets.Count];
        outputs = new nint[library.Buckets.Count];
        try
        {
            Describe(spec, bias);
            weights = Layout(spec.InputType, spec.Inputs, spec.Outputs);
            for (int i = 0; i < inputs.Length; i++)
            {
                inputs[i] = Layout(spec.InputType, spec.Inputs, library.Buckets[i]);
                outputs[i] = Layout(spec.OutputType, spec.Outputs, library.Buckets[i]);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The product itself does what follows it.</summary>
    public bool IsFused { get; }

    public nint Operation => operation;

    /// <summary>A.</summary>
    public nint Weights => weights;

    /// <summary>B of a bucket.</summary>
    public nint Inputs(int bucket) => inputs[bucket];

    /// <summary>C and D of a bucket.</summary>
    public nint Outputs(int bucket) => outputs[bucket];

    public void Dispose()
    {
        foreach (nint layout in inputs.Concat(outputs).Append(weights))
            if (layout != 0)
                _ = library.Api.LayoutDestroy(layout);
        if (operation != 0)
            _ = library.Api.DescDestroy(operation);
        Array.Clear(inputs);
        Array.Clear(outputs);
        weights = operation = 0;
    }

    private void Describe(ProductSpec spec, nint bias)
    {
        fixed (nint* made = &operation)
            Check(library.Api.DescCreate(made, CublasLt.ComputeFloat32, CublasLt.Float32));
        Set(CublasLt.TransposeA, CublasLt.Transposed);
        if (!IsFused)
            return;
        Set(CublasLt.Epilogue, spec.Gelu ? CublasLt.EpilogueGeluBias : CublasLt.EpilogueBias);
        Set(CublasLt.BiasDataType, spec.OutputType);
        Check(library.Api.DescSetAttribute(operation, CublasLt.BiasPointer, &bias, (nuint)sizeof(nint)));
    }

    private nint Layout(int type, int rows, int columns)
    {
        nint made;
        Check(library.Api.LayoutCreate(&made, type, (ulong)rows, (ulong)columns, rows));
        return made;
    }

    private void Set(int attribute, int value) => Check(library.Api.DescSetAttribute(operation, attribute, &value, sizeof(int)));

    private void Check(int status) => library.Context.CheckProduct(status, "describing a product");
}
