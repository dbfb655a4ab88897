using System.Runtime.InteropServices;

namespace AnyEcg.Model.Tests;

/// <summary>One kernel alone on an emulated card: the arrays that a test gives it, launches, the arrays back.</summary>
internal sealed class LoneKernel : IDisposable
{
    private readonly CudaEmulator card;
    private readonly CudaContext context;
    private readonly KernelModule module;
    private readonly CudaStream stream;
    private readonly CudaWeights weights;
    private readonly Dictionary<nint, DeviceMemory> arrays = [];

    /// <summary>What the kernel is given; the weights are in it.</summary>
    public Pass Pass;

    /// <param name="weights">The network.</param>
    /// <param name="full">Reals are float32 in place of bfloat16.</param>
    /// <param name="order">How threads and blocks take turns.</param>
    /// <param name="seed">Of a random order.</param>
    public LoneKernel(ModelWeights weights, bool full, ThreadOrder order = ThreadOrder.Forward, ulong seed = 1)
    {
        Full = full;
        card = CudaEmulator.Open(seed, order);
        CudaLibraries libraries = CudaLibraries.Load([card.Folder]);
        context = CudaContext.Open(libraries);
        KernelCompiler compiler = new(libraries.Nvrtc, context.About.Architecture);
        IEnumerable<string> defines = CudaLimits.Defines(weights.Config, full).Concat(KernelSizes.Defines(weights.Config));
        module = new KernelModule(context, compiler.Compile(KernelSources.All, compiler.Options(defines)));
        stream = new CudaStream(context);
        this.weights = new CudaWeights(context, weights, full);
        this.weights.Fill(ref Pass);
    }

    public bool Full { get; }

    /// <summary>Copies an array to the device, to memory of its own.</summary>
    public nint Array<T>(params T[] values)
        where T : unmanaged
    {
        DeviceMemory memory = new(context, (long)values.Length * Marshal.SizeOf<T>(), "a test");
        memory.Write<T>(0, values);
        arrays.Add(memory.Address, memory);
        return memory.Address;
    }

    /// <summary>The same in the number type of the kernels.</summary>
    public nint Reals(float[] values) => Full ? Array(values) : Array(System.Array.ConvertAll(values, Bits));

    public T[] Read<T>(nint array, int count)
        where T : unmanaged
    {
        T[] values = new T[count];
        arrays[array].Read<T>(0, values);
        return values;
    }

    public float[] ReadReals(nint array, int count) =>
        Full ? Read<float>(array, count) : System.Array.ConvertAll(Read<ushort>(array, count), bits => BitConverter.UInt32BitsToSingle((uint)bits << 16));

    /// <summary>A number as the kernels hold it.</summary>
    public float Rounded(float x) => Full ? x : BitConverter.UInt32BitsToSingle((uint)Bits(x) << 16);

    public double Rounded(double x) => Rounded((float)x);

    public void Run(string kernel, int blocks)
    {
        module.Get(kernel).Launch(stream, blocks, Pass);
        stream.Synchronize();
        Assert.Equal("", card.Message);
    }

    public void Dispose()
    {
        foreach (DeviceMemory memory in arrays.Values)
            memory.Dispose();
        weights.Dispose();
        stream.Dispose();
        module.Dispose();
        context.Dispose();
        card.Dispose();
    }

    private static ushort Bits(float x)
    {
        uint bits = BitConverter.SingleToUInt32Bits(x);
        return (ushort)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
    }
}
