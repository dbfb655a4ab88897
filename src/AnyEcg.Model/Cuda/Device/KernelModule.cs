using System.Runtime.InteropServices;

namespace AnyEcg.Model;

/// <summary>Compiled kernels, loaded.</summary>
internal sealed unsafe class KernelModule : IDisposable
{
    private readonly CudaContext context;
    private nint handle;

    /// <param name="context">The device.</param>
    /// <param name="image">CUBIN, or PTX with its final zero.</param>
    /// <exception cref="CudaFaultException">The driver refuses the image.</exception>
    public KernelModule(CudaContext context, ReadOnlySpan<byte> image)
    {
        this.context = context;
        fixed (nint* made = &handle)
        fixed (byte* data = image)
            context.Check(context.Driver.ModuleLoadData(made, data), "loading the kernels");
    }

    /// <summary>A kernel by its name.</summary>
    public Kernel Get(string name)
    {
        nint function;
        nint text = Marshal.StringToCoTaskMemUTF8(name);
        try
        {
            int status = context.Driver.ModuleGetFunction(&function, handle, (byte*)text);
            return status == CudaStatus.Success ? new Kernel(context, function, name) : throw context.Fault(status, $"looking for the kernel {name}");
        }
        finally
        {
            Marshal.FreeCoTaskMem(text);
        }
    }

    public void Dispose()
    {
        if (handle == 0)
            return;
        context.MakeCurrentToFree();
        _ = context.Driver.ModuleUnload(handle);
        handle = 0;
    }
}

/// <summary>A kernel that takes one argument by value; valid while its module lives.</summary>
internal sealed unsafe class Kernel(CudaContext context, nint function, string name)
{
    /// <summary>Threads of a block; the sources are compiled for it.</summary>
    public const int BlockThreads = 128;

    public string Name => name;

    /// <summary>Registers of a thread.</summary>
    public int Registers => Attribute(CudaDriver.Registers);

    /// <summary>Bytes of a thread that did not fit into registers and lie in memory.</summary>
    public int LocalBytes => Attribute(CudaDriver.LocalBytes);

    /// <summary>Bytes of shared memory of a block.</summary>
    public int SharedBytes => Attribute(CudaDriver.SharedBytes);

    /// <summary>Gives the kernel to a stream. The argument is copied before this returns.</summary>
    /// <param name="stream">Where.</param>
    /// <param name="blocks">Size of the grid, at least 1.</param>
    /// <param name="argument">What the kernel takes.</param>
    public void Launch<T>(CudaStream stream, int blocks, in T argument) where T : unmanaged
    {
        fixed (T* value = &argument)
        {
            void* parameters = value;
            int status = context.Driver.LaunchKernel(function, checked((uint)blocks), 1, 1, BlockThreads, 1, 1, 0, stream.Handle, &parameters, null);
            if (status != CudaStatus.Success)
                throw context.Fault(status, $"launching the kernel {name}");
        }
    }

    private int Attribute(int which)
    {
        int value;
        context.Check(context.Driver.FuncGetAttribute(&value, which, function), "asking about a kernel");
        return value;
    }
}
