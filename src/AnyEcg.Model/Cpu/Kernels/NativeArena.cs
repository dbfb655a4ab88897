using System.Runtime.InteropServices;

namespace AnyEcg.Model;

/// <summary>
/// Native memory of one runner: taken while it is built, freed all at once. Aligned to a cache line, out of the garbage
/// collector's sight. Large blocks ask the system for large pages: a step touches every stream's rings, and a page of 4 KB each
/// would have to be looked up ten times per ring. Small blocks share slabs, the weights above all. Not thread-safe.
/// </summary>
internal sealed unsafe partial class NativeArena : IDisposable
{
    private const long Alignment = 64, LargePage = 2 << 20, Slab = 2 * LargePage;
    private const int AdviseHugePages = 14;

    private readonly List<nint> blocks = [];
    private byte* slab;
    private long slabLeft;

    /// <summary>Takes a block of floats, all 0.</summary>
    public float* Floats(long count) => (float*)Bytes(checked(count * sizeof(float)));

    /// <summary>Takes a block of bytes, all 0.</summary>
    public byte* Bytes(long count)
    {
        byte* block = Uninitialized(count);
        NativeMemory.Clear(block, (nuint)count);
        return block;
    }

    /// <summary>Takes a block with undefined contents: pages that nobody writes cost no memory.</summary>
    public byte* Uninitialized(long count)
    {
        long bytes = (Math.Max(count, 1) + Alignment - 1) / Alignment * Alignment;
        if (bytes >= LargePage)
        {
            return Own(bytes);
        }

        if (bytes > slabLeft)
        {
            slab = Own(Slab);
            slabLeft = Slab;
        }

        byte* block = slab;
        slab += bytes;
        slabLeft -= bytes;
        return block;
    }

    private byte* Own(long bytes)
    {
        byte* block = (byte*)NativeMemory.AlignedAlloc((nuint)bytes, (nuint)LargePage);
        blocks.Add((nint)block);
        if (OperatingSystem.IsLinux())
        {
            // Only advice: a system that has no large pages to give refuses it, and all goes on in small ones.
            _ = Advise(block, (nuint)bytes, AdviseHugePages);
        }

        return block;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(void* address, nuint length, int advice);

    /// <summary>Takes a block with these values.</summary>
    public float* Copy(ReadOnlySpan<float> values)
    {
        float* block = Floats(values.Length);
        values.CopyTo(new Span<float>(block, values.Length));
        return block;
    }

    public void Dispose()
    {
        foreach (nint block in blocks)
        {
            NativeMemory.AlignedFree((void*)block);
        }

        blocks.Clear();
    }
}
