using AnyEcg.Model;

namespace AnyEcg.Benchmarks;

/// <summary>The widest product of a block, bias and GELU within it or by a kernel of ours behind it: cuBLASLt does not fuse them on every card.</summary>
/// <param name="Rows">Of the product.</param>
/// <param name="Inputs">Of a row.</param>
/// <param name="Outputs">Of a row.</param>
/// <param name="Within">Milliseconds; null where cuBLASLt has no such product.</param>
/// <param name="Behind">Milliseconds.</param>
internal sealed record CudaGelu(int Rows, int Inputs, int Outputs, double? Within, double Behind)
{
    private const int Rounds = 50;

    public static CudaGelu Measure(CudaContext context, NetworkConfig config, int rows)
    {
        context.MakeCurrent();
        KernelCompiler compiler = new(context.Libraries.Nvrtc, context.About.Architecture);
        using KernelModule module = new KernelCache(KernelCache.DefaultFolder).Load(context, compiler, KernelSources.All, compiler.Options(CudaLimits.Defines(config, full: false)));
        using CudaStream stream = new(context);
        using DeviceTimer timer = new(stream);
        using ProductLibrary library = new(context, [rows], module.Get("product_epilogue"));
        int inputs = config.Dim, outputs = config.MlpRatio * config.Dim;
        DeviceLayout layout = new();
        (long weights, long bias, long x, long y) = (layout.Add<ushort>((long)inputs * outputs), layout.Add<ushort>(outputs), layout.Add<ushort>((long)rows * inputs), layout.Add<ushort>((long)rows * outputs));
        using DeviceMemory memory = new(context, layout.Bytes, "the product that is measured", cleared: true);
        return new CudaGelu(rows, inputs, outputs, Time(separate: false), Time(separate: true)!.Value);

        double? Time(bool separate)
        {
            ProductSpec spec = new("the product that is measured", inputs, outputs) { Bias = true, Gelu = true, Separate = separate };
            using Product product = library.Create(spec, memory.At(weights), memory.At(bias));
            return product.IsFused == separate ? null : 1e3 * timer.Median(Rounds, s => product.Enqueue(s, memory.At(x), memory.At(y), 0));
        }
    }

    public string Line() => FormattableString.Invariant(
        $"{Rows} rows, {Inputs} to {Outputs}, bias and GELU: within the product {(Within is { } ms ? ms.ToString("F3", System.Globalization.CultureInfo.InvariantCulture) + " ms" : "not offered by cuBLASLt")}, behind it {Behind:F3} ms.");
}
