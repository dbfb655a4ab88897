using System.Runtime.InteropServices;

namespace AnyEcg.Model;

/// <summary>
/// What is used of oneDNN's C interface, version 2 (dnnl.h; Debian's libdnnl2). Descriptors are values of the library's own layout: callers
/// give room of at least <see cref="MemoryDescriptorBytes"/> and <see cref="OperationDescriptorBytes"/>.
/// </summary>
internal static unsafe partial class OneDnn
{
    public const string Library = "libdnnl.so.2", OpenMp = "libgomp.so.1";

    /// <summary>Twice what version 2.6 takes.</summary>
    public const int MemoryDescriptorBytes = 1392, OperationDescriptorBytes = 5600;

    public const int Cpu = 1, Bfloat16 = 2, Float32 = 3, AnyFormat = 1, InOrder = 1, ScratchpadOfUser = 1;

    public const int QueryImplementation = 8, QueryWeights = 131, QueryScratchpad = 136;

    public const int Source = 1, Destination = 17, Weights = 33, Bias = 41, Scratchpad = 80;

    /// <summary>In place of memory that is named later.</summary>
    public static readonly void* None = null;

    [LibraryImport(Library, EntryPoint = "dnnl_version")]
    public static partial int* Version();

    [LibraryImport(Library, EntryPoint = "dnnl_engine_create")]
    public static partial int CreateEngine(out nint engine, int kind, nuint index);

    [LibraryImport(Library, EntryPoint = "dnnl_engine_destroy")]
    public static partial int DestroyEngine(nint engine);

    [LibraryImport(Library, EntryPoint = "dnnl_stream_create")]
    public static partial int CreateStream(out nint stream, nint engine, uint flags);

    [LibraryImport(Library, EntryPoint = "dnnl_stream_destroy")]
    public static partial int DestroyStream(nint stream);

    [LibraryImport(Library, EntryPoint = "dnnl_memory_desc_init_by_strides")]
    public static partial int DescribeMemory(byte* descriptor, int dimensions, long* sizes, int type, long* strides);

    [LibraryImport(Library, EntryPoint = "dnnl_memory_desc_init_by_tag")]
    public static partial int DescribeMemoryByTag(byte* descriptor, int dimensions, long* sizes, int type, int tag);

    [LibraryImport(Library, EntryPoint = "dnnl_memory_desc_get_size")]
    public static partial nuint SizeOf(byte* descriptor);

    [LibraryImport(Library, EntryPoint = "dnnl_matmul_desc_init")]
    public static partial int DescribeProduct(byte* operation, byte* source, byte* weights, byte* bias, byte* destination);

    [LibraryImport(Library, EntryPoint = "dnnl_primitive_attr_create")]
    public static partial int CreateAttributes(out nint attributes);

    [LibraryImport(Library, EntryPoint = "dnnl_primitive_attr_destroy")]
    public static partial int DestroyAttributes(nint attributes);

    [LibraryImport(Library, EntryPoint = "dnnl_primitive_attr_set_scratchpad_mode")]
    public static partial int SetScratchpad(nint attributes, int mode);

    [LibraryImport(Library, EntryPoint = "dnnl_post_ops_create")]
    public static partial int CreatePostOperations(out nint operations);

    [LibraryImport(Library, EntryPoint = "dnnl_post_ops_destroy")]
    public static partial int DestroyPostOperations(nint operations);

    [LibraryImport(Library, EntryPoint = "dnnl_post_ops_append_sum")]
    public static partial int AppendSum(nint operations, float scale);

    [LibraryImport(Library, EntryPoint = "dnnl_primitive_attr_set_post_ops")]
    public static partial int SetPostOperations(nint attributes, nint operations);

    [LibraryImport(Library, EntryPoint = "dnnl_primitive_desc_create")]
    public static partial int DescribePrimitive(out nint primitive, byte* operation, nint attributes, nint engine, nint forward);

    [LibraryImport(Library, EntryPoint = "dnnl_reorder_primitive_desc_create")]
    public static partial int DescribeReorder(out nint primitive, byte* source, nint sourceEngine, byte* destination, nint destinationEngine, nint attributes);

    [LibraryImport(Library, EntryPoint = "dnnl_primitive_desc_destroy")]
    public static partial int DestroyDescription(nint primitive);

    [LibraryImport(Library, EntryPoint = "dnnl_primitive_desc_query")]
    public static partial int Query(nint primitive, int what, int index, void* result);

    [LibraryImport(Library, EntryPoint = "dnnl_primitive_desc_query_md")]
    public static partial byte* QueryMemory(nint primitive, int what, int index);

    [LibraryImport(Library, EntryPoint = "dnnl_primitive_create")]
    public static partial int CreatePrimitive(out nint primitive, nint description);

    [LibraryImport(Library, EntryPoint = "dnnl_primitive_destroy")]
    public static partial int DestroyPrimitive(nint primitive);

    [LibraryImport(Library, EntryPoint = "dnnl_primitive_execute")]
    public static partial int Execute(nint primitive, nint stream, int count, OneDnnArgument* arguments);

    [LibraryImport(Library, EntryPoint = "dnnl_stream_wait")]
    public static partial int Wait(nint stream);

    [LibraryImport(Library, EntryPoint = "dnnl_memory_create")]
    public static partial int CreateMemory(out nint memory, byte* descriptor, nint engine, void* data);

    [LibraryImport(Library, EntryPoint = "dnnl_memory_set_data_handle")]
    public static partial int SetData(nint memory, void* data);

    [LibraryImport(Library, EntryPoint = "dnnl_memory_destroy")]
    public static partial int DestroyMemory(nint memory);

    [LibraryImport(OpenMp, EntryPoint = "omp_set_num_threads")]
    public static partial void SetThreadsOfThisThread(int threads);

    /// <exception cref="InvalidOperationException">The library refused.</exception>
    public static void Check(int status)
    {
        if (status != 0)
            throw new InvalidOperationException($"oneDNN refuses a call with status {status}.");
    }
}

/// <summary>dnnl_exec_arg_t.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct OneDnnArgument(int which, nint memory)
{
    public int Which = which;
    public nint Memory = memory;
}
